# Words every screen uses. Short and plain; first what happened, then what to do.

app-name = Fieldbook
app-line = Works without a signal: noted is counted
main-nav = Main navigation
skip-to-content = Skip to content

# Actions
do-save = Save
do-cancel = Cancel
do-close = Close
do-back = Back
do-retry = Try again
do-clear = Clear
do-search = Search
do-more = More
do-edit = Edit
do-open = Open
do-add = Add
do-remove = Remove
do-print = Print
do-export = Export to Excel
do-show = Show
do-refresh = Refresh
do-confirm = OK
do-sign-in = Sign in
do-sign-out = Sign out
do-plus-one = One more
do-minus-one = One less
do-show-passphrase = Show the passphrase
do-hide-passphrase = Hide the passphrase

# The five fates of a record
fate-saved = Saved here
fate-sending = Sending
fate-applied = Applied
fate-finding = Note
fate-held = Held
fate-saved-means = Written to this phone for good, not sent yet
fate-sending-means = On its way; a cut is picked up where it broke
fate-applied-means = Received by the company and in force
fate-finding-means = Applied, with one sentence for you to read
fate-held-means = Received, not lost; waiting for a decision
mark-violation = Violation

# Money
money-taken = Taken
money-remitted = Remitted
money-confirmed = Confirmed
money-in-hand = Cash in hand
money-unit = yuan

# Counts
unit-records = { $count ->
    [one] { $count } record
   *[other] { $count } records
}
unit-customers = { $count ->
    [one] { $count } customer
   *[other] { $count } customers
}
unit-orders = { $count ->
    [one] { $count } order
   *[other] { $count } orders
}
unit-times = { $count ->
    [one] once
   *[other] { $count } times
}
unit-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
unit-yuan = { $amount } yuan
unit-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
unit-working-days = { $count ->
    [one] { $count } working day
   *[other] { $count } working days
}
unit-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
unit-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}

# Dates and times
date-day = { $day } { $month }
date-day-weekday = { $weekday } { $day } { $month }
date-full = { $day } { $month } { $year }
date-month = { $month } { $year }
date-and-time = { $date } { $time }
date-today = Today
date-yesterday = Yesterday
age-now = just now
age-minutes = { $count } min ago
age-hours = { $count } h ago
age-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
left-working-days = { $count ->
    [one] { $count } working day left
   *[other] { $count } working days left
}
over-working-days = { $count ->
    [one] { $count } working day over
   *[other] { $count } working days over
}
left-hours = { $count ->
    [one] { $count } hour left
   *[other] { $count } hours left
}

# Forms
form-optional = optional
form-several = one or more
form-choose = Please choose
form-missing = Please fill in: { $field }
form-amount-hint = Two decimals at most

# Keypad
key-backspace = Delete the last figure
key-clear = Clear
key-pad = Number keys

# Stamps
stamp-done = stamped
stamp-now = this step is next
stamp-wait = not yet
stamp-stopped = stopped
stamp-read = , { $state },{ " " }

# The cash meter
meter-remit = { $amount } remit
meter-limit = { $amount } limit
meter-label = Cash in hand { $held } yuan; remit from { $remit } yuan, limit { $limit } yuan
meter-label-after = Cash in hand { $held } yuan, afterwards { $after } yuan; remit from { $remit } yuan, limit { $limit } yuan

# Both changed it
conflict-base = Before
conflict-mine = Yours
conflict-theirs = { $who }
conflict-in-use = In use
conflict-restore = Use this one
conflict-why = A customer card goes by the time of the change: the later one counts, whoever sent it first. Both values are kept.
conflict-restore-note = Using yours is noted as a new change; the office will see it.

# Empty, loading, faults
state-loading = Opening
state-error-title = This page could not be opened
state-error-text = Your records are safe. Try again; if it stays, tell the office the code below.
state-unknown-title = There is no such page
state-unknown-text = The address may be mistyped; start again from the first page.

# Language
language = Language
language-theme = Appearance
theme-system = As the system
theme-light = Light
theme-dark = Dark
