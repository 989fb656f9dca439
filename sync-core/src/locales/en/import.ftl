# What importing customers and prices from a file says: a dry run first, naming row and column, then all at once.

import-at-cell = Row { $row } · { $column }: { $why }
import-at-column = { $column }: { $why }
import-unknown-column = This column is not known. Known columns: { $known }
import-missing-column = This column is missing.
import-column-twice = This column is there twice; keep one.
import-missing = Must not be empty.
import-not-a-date = Not a date; write it like 2026-11-01.
import-sign-beside-mark = Beside a mark of debit or credit the sum has no minus: which way it went cannot be told. If this bank signs its sums, read them as one signed column.
import-not-a-count = A whole number from 0 to { $most }.
import-not-one-of = One of: { $choices }
import-no-such-staff = Nobody has this staff number.
import-not-a-rep = This staff number is not a rep's; only reps look after customers.
import-no-such-product = No product has this code.
import-same-as-row = The same as row { $row }.
import-differs = All rows must agree; an earlier one says { $first }.
import-version-taken = This version of the price list is in the book already; choose another one.
import-not-said = The file has no such column; give it on the command line, such as { $option }
import-summary-rows = { $rows } rows read: { $new } new customers, { $already } in the book already, { $faults } to correct.
import-summary-prices = { $rows } rows read: price list { $version } ({ $from } to { $to }) with { $new } prices, { $faults } to correct.
import-left-out = { $count } products that are sold are not on this list: { $codes }
import-already = Row { $row } · { $name }: in the book already (same name and phone); not entered again.
import-more = { $count } more are not named.
import-dry = This was a dry run; nothing was written. Add --apply to write.
import-nothing = Nothing was written. Correct the file and try again.
import-applied = All of it is written.

import-file-ending = Only .xlsx and .csv files are read.
import-file-too-large = The file has { $has } bytes; the limit is { $most }.
import-file-unpacks-too-far = Unpacked, a part of the file has more than { $most } bytes; please save just this sheet to a file of its own.
import-file-too-many-texts = The file has too many texts; { $most } at most. Please split it.
import-file-not-a-table = The file cannot be read as a table: perhaps it is incomplete, or no real .xlsx or .csv. Open it in Excel, save a copy, and import that.
import-file-not-text = The letters are neither UTF-8 nor GBK; save the file as CSV in UTF-8, or as xlsx.
import-file-too-many-rows = Too many rows; the limit is { $most }. Split the file.
import-file-too-many-columns = Too many columns; the limit is { $most }.
import-file-no-rows = The file has no rows below its headers.
