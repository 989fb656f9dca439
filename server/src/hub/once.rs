//! A command that its caller has named is carried out once, whichever server is asked again. Decision 030.

use sync_core::{
    log::Hash,
    time::Timestamp,
    unit::{ChangeId, DeviceId},
};
use thiserror::Error;

use super::{Command, CommandError, Done, Hub, session::Session};
use crate::store::{CommandName, NamedCommand, Store, StoreError, Stored, Unit};

/// Why a named command was not carried out. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NamedError {
    /// The name was given to another command before.
    #[error("another command has this name")]
    NameUsed,
    /// A rule says no, or the store could not do it.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl From<StoreError> for NamedError {
    fn from(error: StoreError) -> Self {
        Self::Command(error.into())
    }
}

impl<S: Store> Hub<S> {
    /// Carries out a command under a name, or answers what became of it when it was carried out before.
    ///
    /// `said` is the hash of what the caller asked for.
    ///
    /// # Errors
    /// The name is another command's; the rule that says no, or the store. Nothing was written then.
    pub async fn command_once(
        &self,
        name: CommandName,
        said: Hash,
        command: Command,
        now: Timestamp,
    ) -> Result<Done, NamedError> {
        let mut session = self.session(now).await?;
        if let Some(before) = session.named_before(&name, said).await? {
            return Ok(session.done(self.device(), before.seq).await?);
        }
        let written = self.write(&mut session, command).await?;
        let done = written.map_err(|refusal| CommandError::Refused { index: 0, refusal })?;
        session.named.push(NamedCommand { name, said, seq: done.change.seq, at: now });
        let head = session.commit().await?;
        self.tell(head);
        Ok(done)
    }
}

impl<U: Unit> Session<U> {
    /// What was carried out under a name; `None` where nothing was yet.
    ///
    /// # Errors
    /// Something else was asked for under this name; or the store.
    pub(super) async fn named_before(
        &mut self,
        name: &CommandName,
        said: Hash,
    ) -> Result<Option<NamedCommand>, NamedError> {
        match self.unit().await?.command_named(name).await? {
            Some(before) if before.said != said => Err(NamedError::NameUsed),
            before => Ok(before),
        }
    }

    /// What became of a command of the hub's log.
    async fn done(&mut self, hub: DeviceId, seq: u64) -> Stored<Done> {
        let rows = self.unit().await?.entries(&[ChangeId { device: hub, seq }]).await?;
        let row = rows.first();
        let row = row.ok_or_else(|| StoreError::Corrupt(format!("the named command {seq} is not there")))?;
        Ok(Done::of(&row.entry))
    }
}
