//! One law suite for every store: a backend is one line at the end.

mod apart;
mod backend;
mod law;
mod lists;
mod moving;
mod parts;
mod postgres;
mod sample;
mod sqlite;

macro_rules! laws {
    ($backend:ident $module:ident: $($law:ident)*) => {
        mod $module {
            use crate::backend::{$backend, Backend};
            $(#[tokio::test]
            async fn $law() {
                let backend = $backend::fresh().await;
                crate::law::$law(backend.store()).await;
            })*
        }
    };
}

macro_rules! every_law {
    ($($backend:ident $module:ident;)*) => {
        $(laws! { $backend $module:
            what_a_unit_saved_is_there_after_its_commit_and_not_before
            what_devices_must_give_up_is_kept_until_it_is_granted_again
            a_unit_that_is_dropped_has_written_nothing
            many_writers_at_once_make_one_dense_feed
            a_change_is_in_the_feed_once
            a_group_saved_in_parts_is_what_it_is_in_one
            a_company_is_founded_once_and_found_again
            bytes_come_out_as_they_went_in
            a_moment_stays_what_it_was
            companies_are_apart
            a_slice_of_the_feed_is_what_was_asked_for
            a_slice_of_so_many_bytes_is_not_much_longer
            a_paper_is_what_was_written_last
            a_sight_is_classes_and_single_scopes
            a_device_log_keeps_whatever_a_device_says
            digests_are_those_asked_for
            a_file_is_kept_once_with_every_scope_that_names_it
            files_that_no_change_names_have_a_budget_and_an_end
            files_that_come_at_once_share_one_budget
            what_follows_from_others_is_shown_piece_by_piece
            what_is_put_aside_is_kept_once
            what_lists_show_is_counted_as_it_is_written
            a_commands_name_is_kept_with_it_and_for_its_session_alone
            a_turn_is_taken_by_one_and_again_when_its_time_has_passed
        })*
    };
}

every_law! {
    Memory in_memory;
    Sqlite in_sqlite;
    Postgres in_postgres;
}
