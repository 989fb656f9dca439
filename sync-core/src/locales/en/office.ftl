# What the console's screens share: navigation, top bar, tables, keys. Each screen's own words follow.

office-name = Fieldbook · Office

# Navigation
nav-home = Overview
nav-feed = Feed
nav-group-money = Money
nav-group-goods = Goods
nav-group-customers = Customers
nav-group-people = People
nav-group-tables = Reports
nav-cash = Cash in hand
nav-collections = Collections
nav-orders = Orders
nav-visits = Visits
nav-prices = Price list
nav-accounts = Company accounts
nav-customers = Customer files
nav-held = Held
nav-staff = Staff
nav-devices = Phones

# Top bar
top-search = Find a customer, number or rep
top-live = Live · entry { $position } of the book
top-lost = Live connection lost; figures as of { $time }

# Conservation
conservation = Received { $received } = applied { $applied } + held { $held } + quarantined { $quarantined }
conservation-settled = Received { $received } = applied { $applied } + held { $held } + settled { $settled } + quarantined { $quarantined }

# Tables
table-rows = { $from }–{ $to } of { $total }
table-none = Nothing matches
table-none-text = Change the conditions or clear the filter.
table-next = Next page
table-previous = Previous page
table-sort-ascending = ascending
table-sort-descending = descending
table-filter = Filter
table-keys = move, Enter opens
table-new = { $count ->
    [one] { $count } new entry while you were reading.
   *[other] { $count } new entries while you were reading.
}
table-loading = Fetching

# Keys
keys-title = Keys
keys-search = Search
keys-rows = Next or previous row
keys-open = Open
keys-back = Back
keys-list = Show this list

# ── The screens' own words

# The door
entrance-lead = The book for clerks, finance, logistics and heads
entrance-number = Staff number
entrance-password = Passphrase
entrance-asking = Signing in
entrance-phone = Reps open /app/ on the phone
entrance-ran-out = The sign-in has run out.
entrance-ran-out-text = Please sign in again; you return to the same page.
entrance-tries = { $count ->
    [one] { $count } try left.
   *[other] { $count } tries left.
}

# What stands in the way
faults-unreachable = The server cannot be reached now. The book is not affected; please try again shortly.
faults-unanswered = No answer came, so it is not known whether this was done. Press again to find out: what was done is not done twice.
do-look = See whether it was done
faults-signed-out = The sign-in has run out; please sign in again.
faults-unreadable = The answer could not be read. Try again; if it stays so, tell the administrator the code below.
states-not-yours-title = This page is not for your role
states-not-yours-text = Your role does not need this. Ask the head to change the role if it should.
states-gone-title = Not found
states-gone-text = It may not be yours to see, or the address may be wrong.
link-lost-lead = The live connection is lost.
link-lost-text = Figures below are as of { $time }. Reconnecting; you can also refresh now.
not-shown-to-you = Not shown to your role
plain-number = { $count }
list-comma = ,{ " " }
list-colon = :{ " " }
stale-text = What stands below was read { $time } and is not what was asked for. { $code }
leaving-title = Not saved yet. Leave?
leaving-text = What was filled in on this page will be gone.
leaving-stay = Stay and go on
leaving-leave = Leave without saving

# Navigation
nav-remittances = Remittances
nav-products = Products
nav-conflicts = Conflicts

# Lists
lists-as-of = { $lead } · as of { $time }
lists-count = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
tabs-all = All
filters-text = Words, numbers, names
filters-staff = Staff
filters-all-staff = All staff
filters-state = State
filters-all-states = Any state
filters-kind = Kind
filters-all-kinds = All kinds
filters-from = From
filters-to = To
filters-clear = Clear filter
export-done = Exported; every page carries your staff number and the time.
print-line = Printed by { $who } · { $time } · { $filter }
print-all = everything
beside-label = This entry
keys-up-down = move
pages-first = This is the first page
pages-last = This is the last page

# Columns
col-when = Time
col-who = Who
col-rep = Rep
col-accepted-by = Accepted on behalf by
col-customer = Customer
col-purpose = Purpose
col-said = What was said
col-next = Next step
col-marks = Marks
col-number = Number
col-lines = Lines
col-sum = Sum (yuan)
col-amount = Amount (yuan)
col-deliver-by = Deliver by
col-state = State
col-receipt = Receipt
col-capitals = In words
col-account = Company account
col-reference = Reference
col-slip = Slip
col-note = Note
col-product = Product
col-quantity = Quantity
col-price = Price (yuan)
col-line-sum = Sum
col-total = Total
col-owner = Looked after by
col-last = Last dealing
col-paid = Received (yuan)
col-field = Field
col-value = Value
col-by = Written by
col-device = Phone
col-held = In hand (yuan)
col-staff-number = Staff no.
col-name = Name
col-role = Role
col-team = Team
col-phones = Phones
col-customers = Customers

# What was done
did-visit-recorded = Visit
did-order-taken = Order
did-order-stamped = Order stamp
did-collected = Cash received
did-collected-transfer = Transfer received
did-remitted = Remitted
did-reversed = Reversal
did-customer-created = New customer
did-card-field-set = Customer card
did-personal-field-set = Personal field
did-contact-added = Contact added
did-contact-removed = Contact removed
did-owner-set = Customer assigned
did-held-decided = Decision on what waited
did-taken-on-behalf = Accepted on behalf
did-resubmitted = Corrected and submitted again
did-product-set = Product
did-price-list-issued = Price list issued
did-company-account-opened = Account opened
did-company-account-closed = Account closed
did-share-moved = Share given up
did-lost-phone-settled = Lost phone settled
did-limit-overridden = Special rule
did-violation-raised = Violation raised
did-violation-stamped = Violation stamped
did-staff-joined = New member of staff
did-staff-role-set = Role changed
did-device-enrolled = Phone enrolled
did-device-revoked = Phone stopped

# Three times
times-happened = Happened
times-effective = Effective
times-received = Received
times-claimed = {" "}(as the phone says)
times-trusted = {" "}(clock in order)
times-corrected = {" "}(the phone was ahead; receipt time counts)
feed-happened-at = happened { $time }

# Feed
feed-lead = Newest first. Open an entry for its three times, hash and findings
feed-position = Entry
feed-received = Received / happened
feed-what = What
feed-fate = Result
feed-entry = Entry { $position }
feed-hash = Hash
feed-older = Older
feed-older-again = It is tried again by itself; you can also press once more.
feed-to-held = To the held changes
feed-withheld = Counts for its author only, until a supervisor rules.
feed-signature-note = The signature proves that nothing was changed or left out since, not that it was true then.

# Overview
overview-as-of = As of { $time }; { $late ->
    [one] { $late } phone was not heard for two days, its figures are not in here
   *[other] { $late } phones were not heard for two days, their figures are not in here
}
overview-as-of-all = As of { $time }; every phone was heard within two days
overview-print = Print the day
overview-collected = Received today
overview-cash = Cash in reps' hands
overview-to-remit = { $count ->
    [one] { $count } rep must remit
   *[other] { $count } reps must remit
}
overview-late = Phones not heard for 2 days
overview-late-note = Their figures are not in here
overview-open = Waiting for a person
overview-open-note = { $held } held, { $conflicts } conflicts
overview-inbox = To be dealt with
overview-ground = Kind
overview-what = What
overview-nothing = Nothing to be dealt with
overview-nothing-text = New matters appear here by themselves.
overview-more = { $count ->
    [one] { $count } more; choose a kind above.
   *[other] { $count } more; choose a kind above.
}
overview-feed-none = No entries yet.
visits-unit = visits
orders-unit = orders
phones-unit = phones
matters-unit = matters
people-unit = people

# Matters
matter-over = Above the limit
matter-held = Held
matter-conflict = Conflict
matter-remit = Remit
matter-late = Not heard
matter-over-do = See cash
matter-held-do = Look
matter-conflict-do = Compare
matter-remit-do = See cash
matter-late-do = See phone
matter-over-title = Cash in hand { $held } yuan, { $over } above the limit
matter-remit-title = Cash in hand { $held } yuan, past { $from }
matter-last-remitted = last remitted { $time }
matter-never-remitted = never remitted so far
matter-conflict-title = { $customer }: two people changed { $field }
matter-conflict-line = The later one counts; the other value is kept
matter-late-title = { $device }, last heard: { $age }
matter-late-never = { $device } not heard since it was enrolled
matter-late-line = { $count ->
    [one] last said: { $count } unsent entry, { $cash } yuan in hand
   *[other] last said: { $count } unsent entries, { $cash } yuan in hand
}

# Marks
marks-over-limit = Above the limit
marks-withheld = Ownership open
marks-conflicts = { $count ->
    [one] { $count } conflict
   *[other] { $count } conflicts
}

# Visits
visits-lead = Calls, talks and next steps
visits-placed = Located
visits-unplaced = No place
visits-place = { $latitude }, { $longitude } (± { $accuracy } m)
visits-met = Met
visits-where = Place
visits-photo = Photo of the visit
visits-photo-on-its-way = Photo on its way
visits-photo-faulty = The photo cannot be fetched; it is tried again.

# Orders
orders-lead = Logistics accepts, then ships
orders-list = List { $version }
orders-price-list = Price list
orders-deliver-to = Deliver to
orders-payer = Paid by
orders-lines = Order lines
orders-state-taken = To accept
orders-state-accepted = Accepted
orders-state-withdrawn = Withdrawn
orders-stamp-taken = Taken by the rep
orders-stamp-accepted = Accepted by logistics
orders-waits = Waits for logistics
orders-withdrawn-text = Kept, but not shipped
orders-accept = Accept the order
orders-withdraw = Withdraw the order
orders-withdraw-title = Withdraw order { $number }?
orders-withdraw-text = It is not shipped any more, and the rep's phone is told. This cannot be taken back; goods are ordered anew.
orders-said-accepted = Accepted.
orders-said-withdrawn = Withdrawn.
seals-taken = O
seals-accepted = A
seals-potential = 1
seals-first-contact = 2
seals-signed = 3
seals-maintained = 4

# Money
collections-lead = Cash in a rep's bag is “received”; only finance makes it “paid”
remittances-lead = Cash reps sent on to the company's accounts
money-state-cash = Cash
money-state-transfer = Transfer
money-state-reversed = Reversed
money-state-sent = Sent
accounts-tail = { $bank } ending { $tail }
reversal-do = Reverse { $amount } yuan
reversal-title = Reverse { $amount } yuan of { $name }?
reversal-text = The entry stays as it is; a reversal is written beside it and the sum goes back.
reversal-said = Reversed.
reversal-by = Reversed by { $who }, { $time }
reasons-label = Reason
reasons-missing = Please give the reason.

# Cash in hand
drawers-lead = Who holds how much, against 10,000 and 20,000
drawers-by-rep = By rep
drawers-holders = Holding cash
drawers-to-remit = To remit
drawers-over = Above the limit
drawers-tab-over = Above the limit
drawers-tab-remit = To remit
drawers-tab-held = Holding cash
drawers-meter = 0 – 10,000 – 20,000
drawers-drawers = By phone
drawers-last-collection = Last collection
drawers-last-remittance = Last remittance
drawers-state-over = { $amount } above
drawers-state-remit = To remit
drawers-state-held = Within the limit
drawers-state-none = No cash
drawers-state-below = Below nothing by { $amount }
drawers-tab-below = Below nothing
drawers-rule = From 10,000.00 yuan it must be remitted; 20,000.00 is the most (S14). Phones not heard count as last received.

# Customers
customers-lead = Cards, dealings and who looks after them
customers-back = All customers
customers-owner = looked after by { $who }
customers-since = on file since { $day }
customers-card = Customer card
customers-filled = { $filled } of { $all } filled
customers-empty = Not filled yet
customers-dealings = Dealings
customers-entered = On file since
customers-contacts = Contacts
customers-no-contacts = No contacts yet.
customers-personal = Personal
customers-personal-masked = Eight personal fields your role does not need. The server does not send them.
customers-personal-none = Nothing filled yet.
stories-title = Timeline
stories-none = No dealings yet
stories-none-text = Visits, orders, money and card changes will stand here.
stories-visit = Visit: { $purposes }
stories-next = Next: { $step } { $day }
stories-card = Card, { $field }: { $value }

# Handing over
handing-do = Hand over
handing-title = Hand this customer to whom?
handing-text = They look after it from now on; earlier visits, orders and money stay with whoever made them.
handing-to = New rep
handing-same = Already looks after it; please choose somebody else.
handing-said = Handed over.

# Conflicts
conflicts-lead = { $count ->
    [one] { $count } field changed by two people; both values are kept until somebody decides
   *[other] { $count } fields changed by two people; both values are kept until somebody decides
}
conflicts-none = No conflicts
conflicts-none-text = When two people change the same field, it appears here with both values.
conflicts-both = Both changed it
conflicts-keep = Keep this
conflicts-other = Other value
conflicts-settled = Settled, as a new change.
conflicts-binding = This binds the company: the later value was not written over the earlier one; a head chooses, and the other is kept.
conflicts-kept-other = Checked; the present value stays
conflicts-put-away = I see, put it away

# Held
waiting-lead = Received, not lost, waiting for a decision
waiting-why = Why
waiting-age = Since
waiting-change = Origin
waiting-change-number = number { $seq } of its phone
waiting-next = What comes next
waiting-next-customer = A head checks it and accepts it as it was written, or sends it back with a reason for its author to correct. Whose customer it is, is changed on the customer's page.
waiting-next-order = Check the order with the rep and send it back with a reason; the rep corrects it by the list in force and submits it again.
waiting-next-price = Check the price list and accept it; or send it back with a reason, and a head or the clerk issues the list again.
waiting-next-product = Check it and accept it; or send it back with a reason, and a head or the sales clerk changes the product.
waiting-next-device = Check this phone and accept it; or send it back with a reason.
waiting-next-account = Check it and accept it; or send it back with a reason, and finance changes the account.
waiting-next-change = Check it with its author, then accept it or send it back with a reason; the content is kept as it is.
waiting-content = What was written
waiting-line = { $product } × { $quantity } { $unit } at { $price } yuan, { $total } yuan in all
waiting-corrects = an entry made before
waiting-unreadable = This version cannot read it; the bytes are kept.
waiting-nothing-lost = A held change blocks nothing: what follows it is applied as usual.
waiting-accept = Accept on behalf
waiting-take = Take this value
waiting-decline = Send back with a reason
waiting-accept-title = Accept for { $who }: { $what }
waiting-accept-text = It counts as it was written, at its own time, under its author's name; what waits for it only counts with it. The decision is noted as yours.
waiting-accepted = Accepted on behalf.
waiting-also = { $count } that waited for it count as well.
waiting-decline-title = Send back to { $who }: { $what }
waiting-decline-text = It does not count and is kept; its author reads the reason on the phone and can correct it and submit it again.
waiting-declined = Sent back; its author reads the reason.
waiting-settled = { $who }, { $when }
waiting-settled-why = { $who }, { $when }: { $why }
waiting-state-waiting = Waiting for somebody
waiting-state-held = Waits for a decision
waiting-state-undecided = Two values, one to choose
waiting-state-withheld = Counts for its author, ownership open
waiting-state-accepted = Accepted on behalf
waiting-state-declined = Sent back
waiting-state-corrected = Corrected by its author
waiting-next-head = A head decides: enters it on behalf, or sends it back with a reason. You can check it with whoever wrote it meanwhile.
waiting-next-withheld = Check it and accept it, and it counts for the customer as well; sent back it counts for its author only.
waiting-next-undecided = Check and choose one value; the other is kept as well.
waiting-base = Before
waiting-theirs = Now
waiting-theirs-by = Written by

# People and phones
staff-lead = Who, in which role, with which phones and customers
staff-visits = See the visits
renew-do = Give a new password
renew-title = Give { $who } a new password?
renew-text = The present password is void at once. What the phone has not sent stays on it: unlocked with the new password and a signal, it goes on sending.
renew-done = The new password of { $who } ({ $number })
renew-once = It is shown this once; please tell the person. On a locked phone: get a signal, type the new password, and press “Forgotten or changed: unlock online”.
devices-lead = Who is missing, with how much unsent and how much cash
devices-number = Phone { $number }
devices-office = Web
devices-seq = { $device }, no. { $seq }
devices-name = Model
devices-since = Enrolled
devices-last-seen = Last heard
devices-seq-reached = Received up to
devices-unsent = Declared unsent
devices-cash = Declared cash
devices-share = Cash share
devices-state-active = In use
devices-state-revoked = Stopped
devices-today = In contact
devices-late = Not heard for 2 days
devices-never-seen = Never heard
devices-clock-ahead = { $count ->
    [one] { $count } minute ahead
   *[other] { $count } minutes ahead
}
devices-clock-behind = { $count ->
    [one] { $count } minute behind
   *[other] { $count } minutes behind
}
devices-missing-lead = Last heard: { $seen }.
devices-missing = { $count ->
    [one] { $count } entry declared unsent, { $cash } yuan in hand.
   *[other] { $count } entries declared unsent, { $cash } yuan in hand.
}
devices-revoke = Stop this phone
devices-revoke-title = Stop { $device } of { $who }?
devices-revoke-text = It no longer sees anything or records. At its next contact it first delivers what it still held, which counts as ever, then empties itself and reports that it did.
devices-revoked = Stopped.
trouble-gap = Some are missing
trouble-gap-said = Not received from number { $seq } on; later ones have come.
trouble-gap-next = The phone sends them by itself. If they have not come after two days, ask its owner.
trouble-broken = Does not fit
trouble-broken-said = A batch does not fit at number { $seq }: something in it was edited, moved or left out. It was not taken in; the phone still has it all.
trouble-broken-next = Its owner should not clear the phone. The note goes with the next good batch; if it stays, stop the phone and enrol it anew.
trouble-unsigned = Another signature
trouble-unsigned-said = A batch was not signed with the key this phone was enrolled with. It was not taken in.
trouble-unsigned-next = Ask the owner whether the phone was lent or altered. The note goes with the next good batch.
trouble-set-back = Old backup put back
trouble-set-back-said = From number { $seq } on, which the company has, the phone does not know its own log: its storage went back to an earlier state.
trouble-set-back-next = The owner opens the phone and enrols it anew as it asks. What was received under the old number counts. Then compare what was put aside, and stop the old number.
trouble-fork = Two logs under one number
trouble-fork-said = From number { $seq } on the same key has signed two different logs: an old backup that went on, or a second phone; nobody can tell yet. Both are kept.
trouble-fork-next = Ask the owner about a new phone, a backup put back, or two phones in use. Compare what was put aside; the owner records again what is missing on the phone enrolled anew; then stop this number.
trouble-cloned = Two phones, one number
trouble-cloned-said = From number { $seq } on there are two logs, and both go on: two phones use this number.
trouble-cloned-next = Stop this number and enrol both phones anew. Compare what was put aside, and count the cash in person.
trouble-times = First noticed: { $since }; last: { $last }.
trouble-aside = See { $count } put aside
trouble-aside-count = Put aside
trouble-aside-title = What was put aside
trouble-aside-seq = Number { $seq } · { $kind }
trouble-aside-times = { $who }; by the phone's clock { $claimed }, came { $at }
trouble-aside-unreadable = Not for you to see, or not readable by this version; bytes and signature are kept.
trouble-aside-kept = It is not in the book and not lost: the bytes and the signature are kept.
trouble-key = Public key
trouble-log = Take out the log
trouble-log-text = A file for an auditor: with the company's public key anybody can check that nothing was changed or left out.
trouble-log-done = The log was taken out.
devices-state-trouble = In doubt
matter-log = In doubt
matter-log-do = See phone
matter-log-title = { $device }: { $what }
matter-log-line = From number { $seq } on; { $count } put aside

# Company accounts
accounts-lead = Money may go only to these accounts (S13, S46)
accounts-bank = Bank and branch
accounts-bank-hint = For example: Agricultural Bank, Wuzhong Litong branch
accounts-number = Account number
accounts-holder = Account holder
accounts-opened = In use since
accounts-closed = Closed
accounts-in-transit = On its way here, not confirmed (yuan)
accounts-state-open = In use
accounts-state-closed = Closed
accounts-open = Add a company account
accounts-open-text = The holder must be the company. Phones can choose it after their next contact.
accounts-open-save = Add the account
accounts-opened-said = The account is on the list.
accounts-close = Close the account
accounts-close-title = Close the account at { $bank }?
accounts-close-text = Phones can no longer choose it; what was sent is not affected. This cannot be taken back.
accounts-closed-said = The account is closed.

# Price lists
prices-lead = Lists the pricing meeting issued; never edited, only issued anew (S5)
prices-new = Issue a new price list
prices-new-lead = Begins as the one in force; a product left empty is not listed
prices-version = Version
prices-version-hint = For example 2026-11
prices-meeting = Pricing meeting
prices-from = First day
prices-to = Last day
prices-validity = Validity
prices-count = Products
prices-issued = Issued
prices-in-force = In force
prices-not-in-force = Not in force
prices-list-title = Price list { $version }
prices-lines = Prices
prices-before = Now (yuan)
prices-now = New (yuan)
prices-difference = Change
prices-of = New price of { $product }
prices-wrong = More than 0, at most four decimals
prices-left-out = Left out
prices-added = Added
prices-changed = { $listed } listed, { $changed } changed
prices-issue = Issue
prices-issue-text = It cannot be edited after; phones use it from their next contact, earlier orders keep the old list.
prices-issue-do = Issue the list
prices-issued-said = The price list is issued.

# Products
products-lead = What the company sells, at which price
products-edit-lead = Changes reach every phone
products-new = New product
products-what = What it is
products-measures = Weight and quality
products-code = Code
products-name = Name
products-specification = Specification
products-packaging = Packaging
products-unit = Unit
products-unit-hint = For example: bag, box
products-quality = Quality figures
products-weight = Net weight
products-weight-g = Net weight (g)
products-tolerance-g = Tolerance (g)
products-grams-wrong = Whole grams, please
products-price = Price (yuan)
products-sold = On sale
products-discontinued = No longer sold
products-discontinue = No longer sold
products-save = Save the product
products-saved = The product is saved.

# Search
finder-title = Search
finder-lead = Looking for “{ $words }”
finder-all = All

# Names of exported files
file-visits = visits
file-orders = orders
file-collections = collections
file-remittances = remittances
file-customers = customers
file-staff = staff
file-devices = phones
file-held = held
file-accounts = accounts
file-price-lists = price-lists
file-products = products
file-cash = cash
file-conflicts = conflicts

handing-several = Hand over several customers at once
transfer-title = Hand customers over
transfer-lead = Several customers to one rep at once: all of them or none
transfer-from = From
transfer-choose = Choose
transfer-same = Both are the same person: choose another.
transfer-none = No customers
transfer-none-text = There is nothing to hand over.
transfer-customers = Which customers
transfer-chosen = { $chosen } of { $all } chosen
transfer-all = All
transfer-clear = None
transfer-phones = Which phones it touches
transfer-no-phones = Neither of them has a phone in use.
transfer-effect = Effect
transfer-loses = { $count ->
    [one] Loses { $count } customer
   *[other] Loses { $count } customers
}
transfer-gains = { $count ->
    [one] Gets { $count } customer
   *[other] Gets { $count } customers
}
transfer-unsent = { $count ->
    [one] The phone that loses them still holds { $count } unsent record.
   *[other] The phones that lose them still hold { $count } unsent records.
}
transfer-unsent-text = What was done before the hand-over counts; what was done after it is kept under its author's name for you to rule on.
transfer-do = { $count ->
    [one] Hand over { $count } customer
   *[other] Hand over { $count } customers
}
transfer-sure = { $count ->
    [one] Hand { $count } customer over from { $from } to { $to }?
   *[other] Hand { $count } customers over from { $from } to { $to }?
}
transfer-text = From now on the new owner looks after them. At its next contact the old phone delivers what is unsent, gives the records up, and confirms it.
transfer-nobody = Choose at least one customer.
transfer-said = { $count ->
    [one] { $count } customer handed over.
   *[other] { $count } customers handed over.
}
devices-unconfirmed = Not confirmed gone
devices-unconfirmed-since = { $count }, the oldest { $when }
devices-giving-up = Records to be given up
devices-giving-up-text = When a customer is handed over, the phone delivers what is unsent at its next contact, gives the records up, and confirms it with a signature of its key.
devices-everything = Everything (the phone was stopped or signed out)
devices-some-customer = A customer
devices-gone = Confirmed gone · { $when }
devices-still-held = Still on the phone · since { $when }
transfer-pick = Press to choose or leave out

rescuing-title = Import a rescue file
rescuing-text = A phone that cannot deliver exports a rescue file: its unsent records and photos, which only the company can open. Imported here it is as if the phone had delivered them itself; the same file twice records nothing twice.
rescuing-choose = Choose a file
rescuing-brought = The file of phone { $device } is taken in: { $taken } new, { $known } there already, { $photos } photos.
rescuing-aside = The file of phone { $device } is taken in: { $taken } new, { $known } there already, { $photos } photos; { $aside } differ from what came before and are kept apart.

# Cash handed in, closed days
nav-hand-ins = Cash handed in
did-cash-handed-in = Cash handed in
did-hand-in-stamped = Hand-in slip stamped
did-day-closed = Day closed
hand-ins-lead = Cash that salespeople bring in: count it, then sign. Only then has it left their hands.
hand-ins-signed-at = Salesperson signed
hand-ins-received-at = Finance signed
hand-ins-note = Note
hand-ins-drawers = Out of
hand-ins-state-signed = To be signed
hand-ins-state-received = Countersigned
hand-ins-state-sent-back = Sent back
hand-ins-state-withdrawn = Withdrawn
hand-ins-state-taken-back = Signature taken back
hand-ins-seal-rep = 交
hand-ins-seal-finance = 收
hand-ins-rep-signed = Signed by the salesperson
hand-ins-finance-signed = Countersigned by finance
hand-ins-finance-next = Finance is to count and sign
hand-ins-was-sent-back = Sent back by finance: { $why }
hand-ins-was-withdrawn = Withdrawn by the salesperson
hand-ins-was-taken-back = Finance took its signature back: { $why }
hand-ins-sign = Counted: sign for { $amount } yuan
hand-ins-sign-do = Sign
hand-ins-sign-title = Sign for { $amount } yuan of { $who }
hand-ins-sign-text = With this the money passes from the salesperson to the company: count it first. Only finance can take the signature back, and says why.
hand-ins-signed-said = Signed.
hand-ins-return = Send back
hand-ins-return-title = Send back { $amount } yuan of { $who }
hand-ins-return-text = The money still counts as being in the salesperson's hands, who reads what you write.
hand-ins-returned-said = Sent back.
hand-ins-take-back = Take the signature back
hand-ins-take-back-title = Take back the signature for { $amount } yuan of { $who }
hand-ins-take-back-text = Only where it was signed for by mistake. The money counts as being in the salesperson's hands again, who reads what you write; what it had paid for is unpaid again. The slip keeps both signatures and your reason.
hand-ins-taken-back-said = Signature taken back.
drawers-last-close = Last day closed
drawers-close-even = As in the book
drawers-close-short = { $difference } short
drawers-close-over = { $difference } over

# Violations, special rules, lost phones
nav-violations = Violations
nav-special-rules = Special rules
file-violations = violations
file-limits = cash-limits
overview-violations-note = to be looked into or settled
matter-violation = Violation
matter-violation-do = Open
matter-violation-title = { $what }, { $amount } yuan
violations-lead = Everything that broke a rule about money; closed once a head has looked into it and finance has settled it (S15, S46)
violations-kind = Which rule
violations-clause = Clause
violations-held = Held then (yuan)
violations-reason = Reason
violations-kind-above-share = Above the limit
violations-kind-not-a-cash-rep = Took cash without the right
violations-kind-not-a-company-account = Not to a company account
violations-kind-personal-account = To a personal account
violations-kind-still-above = Still above the limit
violations-kind-below-zero = Drawer below nothing
violations-state-unfinished = Not closed
violations-state-open = To be looked into
violations-state-looked-into = Looked into, to be settled
violations-state-settled = Settled, to be looked into
violations-state-closed = Closed
violations-looked-into = Head has looked into it
violations-settled = Finance has settled it
violations-not-stamped = Not yet
violations-stamped-by = { $who } · { $time }
violations-behind = The changes behind it
violations-behind-text = What they took, sent and gave up until then, and what finance and the heads did; the latest first.
violations-looked-into-do = Stamp: looked into
violations-looked-into-text = Write down what you found. Once finance has stamped too it is closed; a stamp stays.
violations-looked-into-said = Stamped as looked into.
violations-settled-do = Stamp: settled
violations-settled-text = Write down how it was settled. Once a head has stamped too it is closed; a stamp stays.
violations-settled-said = Stamped as settled.
rules-lead = Another limit for one direct rep, on the days named only (S16)
rules-note = After its last day 20,000.00 yuan hold again; of several on one day the latest counts. Made by the marketing vice president or the general manager.
rules-none = No special rule yet
rules-none-text = The company's limits hold for every direct rep.
rules-hold = Most to hold (yuan)
rules-remit-from = To remit from (yuan)
rules-from = First day
rules-to = Last day
rules-reason = Reason
rules-by = Made by
rules-state-in-force = In force
rules-state-ahead = Not yet
rules-state-ended = Ended
rules-state-replaced = Replaced by a later one
rules-make = Make a special rule
rules-make-text = For 366 days at most. It holds once it has reached the rep's phone and ends by itself.
rules-parts = Divided among the phones, { $amount } yuan in all
rules-save = Make the rule
rules-said = The special rule is recorded.
settling-waits = A stopped phone of { $who } has not been settled.
settling-lost = { $device } ({ $who }) was stopped and has not been settled.
settling-waits-text = Its limit of { $share } yuan and { $drawer } yuan in its drawer stay with it; until it is settled no other phone can use that part of the limit.
settling-do = Settle
settling-title = Settle { $device } ({ $who })
settling-text = Check the book's figures and enter the cash as counted. Limit and cash pass to another phone; what is missing stands against the rep.
settling-share = Limit in the book (yuan)
settling-drawer = Drawer in the book (yuan)
settling-counted = Cash counted (yuan)
settling-counted-hint = 0 where there is none
settling-missing = Missing (yuan)
settling-missing-unknown = Enter the cash counted to see what is missing.
settling-missing-line = { $amount } yuan missing, held against the rep.
settling-over-line = { $amount } yuan more than in the book, owed to the rep.
settling-fits = As in the book.
settling-into = To which phone
settling-by = Settled by
settling-note = What was found
settling-said = Settled; the limit has passed to the new phone.
settling-done = Settled

# Month end
nav-month = Month end
did-month-closed = Month closed
did-month-stamped = Month checked
did-month-line-explained = Difference explained
file-recovery = Funds recovery table
month-title = Closing { $month }
month-lead = The funds recovery table, checked with finance. While phones are missing, nobody knows whether there are receipts unseen.
month-choose = Month
month-due = Month to be closed
month-state-open = open
month-state-signed = for finance to check
month-state-closed = closed
month-built = built from the book up to entry { $through } · can be rebuilt to the byte
month-gates = Before closing
month-gates-done = { $done } of { $all } done
month-gate-done = Done
month-gate-waits = Not done yet
month-gate-phones = All phones are in
month-gate-phones-missing = Phones: { $missing } not in
month-gate-phones-running = { $there } / { $all } delivered within the last day; the month ends { $end }, and each is looked at again then
month-gate-phones-text = Records of { $there } / { $all } phones are past the end of the month, { $end }
month-gate-differences = All differences are explained
month-gate-differences-open = Differences: { $count } not explained
month-gate-differences-text = Differences of salespeople come to { $sum } yuan
month-gate-signatures = Both signatures
month-gate-signatures-none = The clerk and finance sign once each, and are two persons; without phones a head signs as well
month-gate-signatures-clerk = { $who } has signed; finance is to check
month-gate-signatures-both = The clerk and finance have signed
month-phones-missing = Phones not in yet
month-phones-closed-without = Phones it was closed without
month-phones-all = All phones of this month are in.
month-phones-note = A phone is lost or broken: say why, and the month can be closed without it; its owner is printed on the table. What arrives later counts in the next month and says so.
month-override-said = Closed without them by { $who }, because: { $why }
month-phone = Who · phone
month-phone-heard = Last contact
month-phone-never = Never in contact
month-phone-unsent = Unsent, as declared
month-phone-cash = Cash, as declared
month-phone-stopped = stopped { $time }
month-phone-checkpoint = up to { $seq } · { $link }
month-customers = Funds recovery table · customers
month-reps = Funds recovery table · salespeople
month-opening-owed = Owed before
month-opening-held = Held before
month-ordered = Due
month-cash = Cash
month-transfer = Transfers
month-reversed = Reversed
month-date = Date
month-remitted = Remitted
month-handed-in = Handed in
month-confirmed = Confirmed
month-settled = Lost phones
month-held = In hand
month-difference = Difference
month-explained = Explanation
month-customers-sums = In all: before { $opening } · due { $ordered } · cash { $cash } · transfers { $transfer } · difference { $owed } yuan
month-reps-sums = In all: remitted { $remitted } · handed in { $handed } · in hand { $held } · difference { $difference } yuan
month-show-all = All { $count } lines
month-unexplained = not explained
month-explain = Explain
month-explain-again = Change
month-explain-title = { $who }: a difference of { $sum } yuan
month-explain-text = The explanation goes into the book under your name and is printed on the table. Once the difference is another one, it is to be explained anew.
month-explain-save = Save explanation
month-explained-said = The explanation is in the book.
month-explained-other = (said of { $sum } yuan: { $why })
month-late = Late records of earlier months
month-late-text = They took effect in a closed month and came after it was closed: they count in this month and are shown in both.
month-later = Came after the month was closed
month-later-text = They took effect in this month and came after it was closed: its table does not change by a byte, they count in a later month.
month-late-count = { $count } late
month-late-of = of { $month }
month-counts-in = counts in { $month }
month-changes-text = Every figure is the sum of these signed changes.
month-changes-sum = { $count } changes, { $sum } yuan
month-moved-ordered = ordered
month-moved-withdrawn = order taken back
month-moved-cash = cash received
month-moved-transfer = transfer received
month-moved-remitted = remitted
month-moved-reversed = reversed
month-moved-settled = lost phone settled
month-moved-handed-in = handed in
month-moved-confirmed = confirmed as arrived
month-close = Close the month
month-close-without = Close without { $count } phones
month-close-text = You sign this table; finance checks it next. Once finance has signed, the month cannot be changed.
month-close-without-text = Say why the month is closed without these phones: reason and phones go into the book, are printed on the table, and finance sees them.
month-closed-said = Signed; finance is to check.
month-agree = All correct, sign
month-agree-text = You sign the same table as the clerk, with the same hash. Afterwards the month does not change by a byte.
month-agreed-said = Checked and signed.
month-send-back = Send back
month-send-back-text = The month stays open, and the clerk reads what you write.
month-sent-back-said = Sent back.
month-was-sent-back = { $who } has sent the closing back.
month-why-closed = This month is closed
month-why-signed = Signed; finance is to check
month-why-not-over = The month goes on until { $time }
month-why-not-due = { $month } is to be closed first
month-signatures = Signatures
month-seal-clerk = 勤
month-seal-finance = 财
month-clerk-signed = Closed by the clerk
month-finance-signed = Checked by finance
month-finance-next = Finance is to check
month-hash = Hash { $hash }
month-print-foot = Funds recovery table { $month } · book up to entry { $through } · hash { $hash }
month-is-closed = { $month } is closed.
month-is-closed-next = The next to be closed is { $month }.
month-paper-title = Funds recovery table (销售资金回收表)
month-paper-ends = up to { $time }
month-paper-unit = in yuan
month-paper-draft = Draft (not signed)
month-paper-sent-back = Draft (sent back by { $who }, { $time }: { $why })
month-paper-waits = Signed, not closed: waits for { $whom }
month-paper-closed = Closed ({ $time })
month-paper-and = {" "}and{" "}
month-paper-for-head = a head, as phones are missing
month-paper-for-finance = finance
month-paper-reps = 1. Salespeople
month-paper-customers = 2. Customers ({ $count })
month-paper-late = 3. Late records
month-paper-no-late = None.
month-paper-late-shown = The latest { $shown } of { $total } only.
month-paper-phones = 4. Phones that are not in
month-paper-no-phones = None.
month-paper-signs = Signatures
month-paper-sum = Total
month-paper-what = What
month-paper-belongs = Of / counts in
month-paper-place = Entry
month-paper-clerk = Clerk of marketing (closes)
month-paper-finance = Finance (checks)
month-paper-head = Head (closes without phones)
month-paper-unsigned = not signed
month-paper-built = Hash { $hash }. Built from the book up to entry { $through }; it can be built again to the letter.
month-paper-of-table = Everybody signs the same table, hash { $hash }. Built from the book up to entry { $through }; it can be built again to the letter.
month-paper-other = Mind: the book now comes to another table than the one signed. Signed hash { $signed }, hash of this page { $hash }.
month-before = How the month before ended; opens it
did-money-confirmed = Arrival confirmed
money-state-confirmed = Arrived
accounts-arrived = Arrived here, confirmed (yuan)
drawers-sent = Sent, not yet confirmed
drawers-confirmed = Confirmed by finance
confirming-do = Confirm arrival
confirming-title = Confirm that { $amount } yuan of { $who } have arrived
confirming-text = Hold it against the bank statement and the slip first. Only then has it been paid; where the bank returns it, reverse this entry.
confirming-sent = Sum as sent
confirming-amount = Sum that arrived (yuan)
confirming-amount-hint = To the fen as on the paper
confirming-day = Arrived on (value date)
confirming-said = Arrival confirmed.
confirming-by = Arrived { $day } · confirmed by { $who }, { $time }
did-confirmation-withdrawn = Confirmation withdrawn
did-statement-imported = Bank statement read in
did-line-set-aside = Statement line set aside or taken up
did-mapping-saved = Statement layout
nav-matching = Matching
nav-bank-lines = Bank statement
file-bank-lines = bank-statement-lines
file-statements = bank-statements
matching-lead = The bank statement against what was sent: look at the score and why, then confirm
matching-import = Read in a statement
matching-proposals = One by one
matching-waiting = Sent, to confirm
matching-unclaimed = On the statement, nobody’s
matching-without = Sent, not on the statement yet
matching-count = { $count } entries
matching-sent = Remittance or transfer
matching-agrees = What agrees
matching-none = Nothing to match
matching-none-text = Once a statement is read in, what fits stands here.
matching-kind-remittance = Remittance
matching-kind-collection = Customer’s transfer
matching-slip = Slip { $digits }
matching-look = Look at the slip
matching-certain = { $points } points, certain
matching-uncertain = { $points } points, please check
matching-differs = Differs by { $amount } yuan
matching-differs-text = Another sum is not confirmed: the salesperson reverses it and enters it anew
matching-why = { $what } { $points }
matching-all = Confirm all { $count } that are certain
matching-all-said = { $count } arrivals confirmed.
matching-lines-left = Statement lines left
matching-papers-left = Remittances left
matching-no-lines = Every line has its place
matching-no-lines-text = Every line of the statement is matched or set aside.
matching-no-papers = All that was sent is matched
matching-no-papers-text = Nothing waits to arrive.
matching-find-lines = Search lines
matching-find-papers = Search papers
matching-none-found = Nothing fits.
matching-show-all = All { $count }
matching-returns = May be a return: came in { $day }, confirmed as money of { $who }
matching-return-do = Returned: reverse and set aside
matching-return-title = { $amount } yuan of { $who } went back
matching-return-text = What was confirmed goes with it: the cash of a remittance lies with the rep again, a transfer is to be paid again. Both lines are set aside as returned. Each step is signed and stays.
matching-return-reason = Returned by the bank (came in { $day })
matching-return-said = Reversed; both lines are set aside as returned.
matching-twice = Same as another line
matching-belongs = { $who } confirmed { $count } as arrived on { $day }, by no line yet
matching-belongs-do = Belongs to that confirmation
matching-belongs-reason = Confirmed anew, by the line of the bank statement
matching-belongs-said = The line belongs to that confirmation now.
matching-more-lines = Too many lines are open: only the latest { $most } that came in and { $most } that went out are shown, earlier ones are not. Confirm some or set them aside first.
matching-more-papers = Too much waits to arrive: only the latest { $most } are shown, earlier ones are not. Confirm some first.
matching-tick = Choose { $what }, { $amount } yuan
matching-several-owners = Tick the papers of one salesperson or one customer only: a confirmation is of one.
matching-ticked = { $lines } lines chosen: { $came } yuan; { $papers } papers: { $due } yuan; difference { $difference } yuan
agrees-amount = Amount
agrees-amount-nearly = Amount but for a figure
agrees-day = Same day
agrees-days = { $days ->
    [one] Came 1 day later
   *[other] Came { $days } days later
}
agrees-before = { $days ->
    [one] Came 1 day before
   *[other] Came { $days } days before
}
agrees-payer = Payer
agrees-payer-nearly = Payer nearly
agrees-reference = Reference
agrees-reference-nearly = Reference but for a figure
bank-lines-lead = Every line that was read in: what it pays, and what is nobody’s yet
bank-lines-date = Booked on
bank-lines-payer = Payer
bank-lines-pays = Pays
bank-lines-of = Whose money
bank-lines-papers = How many papers
bank-lines-confirmed = Confirmed by
bank-lines-serial = The bank’s number
bank-lines-row = Row in the file
bank-lines-state-open = Nobody’s yet
bank-lines-state-reopened = Returned, open again
bank-lines-state-matched = Matched
bank-lines-state-set-aside = Set aside
bank-lines-take = Take up again
bank-lines-take-title = Take up { $payer }, { $amount } yuan
bank-lines-take-text = The line is nobody’s again.
bank-lines-taken-said = Taken up.
bank-lines-undo = Withdraw the confirmation
bank-lines-undo-title = Withdraw the confirmation of { $payer }, { $amount } yuan
bank-lines-undo-text = Only where it was wrong: the paper is sent and not confirmed again, its line is nobody’s, and what was confirmed at once is withdrawn at once. What the bank has returned is reversed instead.
bank-lines-undone-said = Confirmation withdrawn.
aside-do = Set aside
aside-title = Set aside { $payer }, { $amount } yuan
aside-text = This line is no payment for goods: it is put aside with a reason, and can be taken up again.
aside-kind = Why
aside-fee = Bank fee
aside-interest = Interest
aside-returned = Returned by the bank
aside-own-transfer = Between own accounts
aside-duplicate = Same as another line
aside-not-ours = Nothing to do with sales
aside-personal-account = Personal account
aside-case-text = Sales money through a personal account is a violation (S46): a case is raised for the salesperson, which the heads and finance see.
aside-staff = Salesperson
aside-case-do = Raise a case and set aside
aside-case-of = Violation case: { $who }
aside-case-open = The case is not closed; the line is taken up again once it is.
aside-said = Set aside.
aside-case-said = A violation case was raised; the line is set aside.
import-title = Read in a bank statement
import-lead = Choose the file, name its columns, look it over, read it in; the same file twice brings nothing twice
import-account = Statement of which account
import-choose = Choose the file (Excel or CSV, at most 4 MB)
import-columns = Which column says what
import-rows = The file’s first rows
import-layout = Use a layout
import-layout-own = Name the columns
import-layout-called = What the layout is called
import-layout-name = This account
import-date = Column of the date
import-way = How sums are written
import-way-apart = In and out in two columns
import-way-signed = One column with a sign
import-way-marked = One column, and a mark
import-amount = Column of the sum (in)
import-went-out = Column of what went out
import-mark = Column of the mark
import-words = Marks for what came in (commas between)
import-second = Reference, another column
import-none = None
import-no-column = The file has no column “{ $column }”
import-look = Look it over
import-preview = What would be read in
import-sum = { $count } lines, { $from } to { $to }: { $came_in } yuan in, { $went_out } yuan out; { $already } of them are in the book already
import-line-there = There already
import-line-perhaps = Perhaps there
import-perhaps = { $count } lines may be there already: the book has a line of the same day and sum, by the same payer or number, in other words. Check them first; they are never certain.
import-skipped = { $count } rows passed by (row { $rows }): sums, or neither a date nor a sum.
import-shortened = In { $count } rows (row { $rows }) the payer or remark is too long: the beginning is kept, with “…” at its end.
import-faulty = { $count } places to correct first; nothing was read in:
import-faults = What to correct
import-fault-row = Row
import-fault-column = Column
import-fault-why = What is wrong
import-do = Read in { $count } lines
import-said = { $lines } lines read in; { $already } were there already.
remit-slip-title = Slip
month-difference-missing = Missing
month-difference-withheld = Withheld
month-difference-below = Overdrawn
month-changes-ends = At first { $opening }, in the end { $end } yuan.
month-changes-latest = Only the latest { $shown } are listed.
month-gate-signatures-head = { $who } has signed; a head lets it be closed without the phones, and finance checks it
month-gate-signatures-head-last = { $who } have signed; a head lets it be closed without the phones
month-gate-signatures-all = The clerk, a head and finance have signed
month-release = Let it be closed without them
month-release-text = Phones are missing. Once you agree and finance has signed, the month is closed; the missing phones are printed on the table.
month-released-said = You have agreed to close without the phones.
month-seal-head = H
month-head-signed = A head lets it be closed without the phones
month-head-next = A head is to agree to the missing phones
month-other-table = The book now gives another table than the clerk signed
month-other-table-text = Send it back, so that the clerk closes the month anew.
