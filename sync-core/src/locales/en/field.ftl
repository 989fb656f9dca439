# What the phone's screens share: strip, tabs, banners, new version. Each screen's own words follow.

# Tabs
tab-today = Today
tab-customers = Customers
tab-record = Record
tab-outbox = Outbox
tab-me = Me
tab-unsent = { $count } unsent

# Strip
strip-clear = Connected · all applied
strip-settled = Connected · nothing unsent
strip-connecting = Reaching the company · { $count } unsent
strip-sign-in = Signed out, please sign in again · { $count } unsent
strip-photos = { $photos ->
    [one] Connected · { $photos } photo on its way
   *[other] Connected · { $photos } photos on their way
}
strip-offline-photos = { $photos ->
    [one] Offline · { $photos } photo not sent
   *[other] Offline · { $photos } photos not sent
}
strip-online-unsent = Connected · { $count } unsent · oldest { $age }
strip-offline = Offline · { $count } unsent · oldest { $age }
strip-offline-clear = Offline · nothing unsent
strip-sending = Sending { $sent } / { $total }
strip-old = { $days } days offline · { $count } unsent
strip-held = { $held } held · { $count } unsent
strip-offline-held = Offline · { $held } held · { $count } unsent
strip-locked = Locked · { $count } unsent · oldest { $age }
strip-locked-clear = Locked · nothing unsent
strip-cash = In hand

# Banners
banner-offline = No signal.
banner-offline-text = Keep recording: all is kept here and sent by itself.
banner-sending = Sending { $sent } / { $total }.
banner-sending-text = The signal is weak; a cut is picked up where it broke.
banner-old = { $days } days without contact.
banner-old-text = Your records are here; please find a place with a signal.
banner-remit = { $amount } yuan in hand: remit soon.
banner-remit-do = Remit
banner-held = { $count } waiting for a decision.
banner-held-text = The company has it; nothing is lost.
banner-held-do = See why
banner-clock-fast = This phone's clock is { $minutes } min fast.
banner-clock-slow = This phone's clock is { $minutes } min slow.
banner-clock-text = Keep recording; the time of receipt counts, and the record says so.
banner-new-version = A new version is ready.
banner-new-version-text = Save the form in hand first; records stay as they are.
banner-new-version-do = Change over

# Saved
toast-saved = Saved here. It is sent by itself once there is a signal.
toast-saved-going = Saved here, and on its way to the company.

# Said on several screens
phone-not-saved = The phone could not store it; nothing recorded or typed has changed. Please try once more, or close and reopen Fieldbook.
phone-full = The phone is full and could not store it; nothing recorded or typed has changed. Please free some space and try again.
phone-too-old = This browser is too old: it lacks the keys the book needs. Please use a newer browser.
phone-no-store = This browser does not store anything now, perhaps because it is in private mode. Please open Fieldbook the usual way and try again.
phone-elsewhere = The book is open on another page, so nothing was stored here; what you typed is still here. Please record it there, or move the book to this page.
phone-unreadable = What this phone has stored does not open, so nothing was stored. Please close and reopen Fieldbook.
phone-sentence = { $words }.
phone-customer-unknown = A customer not on this phone
phone-colleague = a colleague
phone-comma = ,{ " " }
phone-account = { $bank } ending { $tail }
phone-place = { $latitude } N, { $longitude } E, ± { $metres } m
not-here-title = Not on this phone
not-here-text = It may have gone to somebody else, or has not come yet. Look again with a signal.
reversed = Reversed
banner-new-version-safe = The page opens once more; records stay as they are.
banner-session = Your sign-in has run out.
banner-session-text = Keep recording, all is kept here; sign in again and sending goes on.
unit-metres = { $count } m
unit-kilometres = { $count } km
value-not-a-date = This is not a date; please choose again.
value-not-a-count = A whole number, please, such as 12.
value-yuan = In yuan
value-keep = This cannot be emptied; please enter a value.

# Forms not saved
draft-kept = The form you left is kept; go back to that page to finish it.
draft-open = Finish it
draft-section = Forms begun
draft-sub = Not saved yet; finish it

# Signing in
signin-number = Staff number
signin-password = Passphrase
signin-do = Sign in and enrol this phone
signin-busy = Signing in
signin-note-lead = Signing in enrols this phone in your name.
signin-note = From then on it works without a signal; it keeps only your customers, and all it keeps is encrypted.
signin-forgot = Forgotten? Ask your head or the administrator for a new passphrase. Phone lost or replaced? Sign in here: all that was delivered comes back; have them stop the old phone.
signin-wrong = Number and passphrase do not go together; please check.
signin-wrong-tries = Number and passphrase do not go together. { $count ->
    [one] One try left
   *[other] { $count } tries left
 }, then a pause.
signin-throttled = Too many tries. Please wait { $minutes } min and try again.
signin-no-signal = No signal now. The first sign-in needs one; later ones do not.
signin-no-phone = This role works at the office console, not on a phone.
signin-not-owner = This phone is enrolled for somebody else. Use your own, or let its owner sign in.
signin-server = The company's server did not manage just now; please try later. Code { $code }
signin-again-title = Sign in again
signin-again-note = All records are on this phone, the unsent ones too. Sending goes on after signing in.
signin-again-done = Signed in; sending goes on.
signout-title = Signing out clears the book on this phone
signout-text = All of it is with the company; nothing is lost. The next sign-in fetches it again and needs a signal.
signout-unsent = { $count } unsent; you can sign out once they are sent.
signout-drafts = { $count ->
    [one] { $count } form is not saved; signing out throws it away.
   *[other] { $count } forms are not saved; signing out throws them away.
}
signout-photos = { $count ->
    [one] One photo is
   *[other] { $count } photos are
 } still on the way; you can sign out once that is done.

# First sync
pages-missing = Half of the program is missing
pages-missing-text = The pages after the sign-in have not come yet. They are fetched by themselves once there is a signal; the book and what is unsent are on this phone.
first-title = Fetching your book
first-sub = The first time takes some minutes; after a cut it goes on where it broke
first-figures = { $done } / { $total } KB · customers { $customers } / { $of }
first-offline = The signal is gone.
first-offline-text = What has come is kept; the rest follows with a signal.
first-trouble = It did not go on.
first-note = Prices and your own accounts come first; once they are here you can record. Customers come one by one, each is shown once it is whole. A lost signal costs nothing.
first-open = Prices and your own accounts are here: with every customer shown you can work now. The others are shown once they are whole. A lost signal costs nothing.
first-coming = Customers are still coming: { $done } / { $total }.
first-coming-text = Whoever is not found here may not be new.
first-again = Go on fetching now

# Another tab, a lost store
elsewhere-title = The book is open in another tab
elsewhere-text = One phone writes in one tab at a time, so that nothing is recorded twice.
elsewhere-do = Write in this tab
lost-page = Enrol again
lost-title = This phone's store was cleared.
lost-store-text = All that was applied is with the company; the phone must be enrolled again.
lost-revoked = This phone is out of use.
lost-revoked-text = All that was applied is with the company. To go on with it, ask your head or the administrator first, then enrol again.
lost-means = Enrolled again, the phone gets a new number and fetches its book anew. What it had not sent cannot be fetched: please record it again from your papers.
lost-tick = I know that unsent records must be entered again
lost-tick-first = Please tick the sentence above first.
lost-do = Enrol this phone again
stopped-title = This phone is out of use
stopped-text = The company has stopped it. Everything recorded before is with the company, and the customers and records kept here are gone.
stopped-forms = { $count ->
    [one] One form was begun and not saved. It was no record yet and is
   *[other] { $count } forms were begun and not saved. They were no records yet and are
} gone with what was on this phone; tell the office what is still to be recorded.
stopped-next = To go on with this phone, ask your head or the administrator first. Signed in again, it gets a new number and fetches its book from the company.
stopped-do = Sign in again

# Today
today-cash = Remit after { $until } yuan more; you may take { $most } yuan at most
today-cash-soon = Remit soon; you may take { $most } yuan more at most
today-done = Done today
today-nothing = Nothing recorded today. Press Record below.
today-along = { $count ->
    [one] One more record of today has
   *[other] { $count } more records of today have
} moved with the customer; it counts with the company all the same.
today-visits = Visits
today-orders = Orders
today-collections = Collections
today-more = All { $count } of today
drawer-more = All { $count }
today-follow = To follow up
today-late = { $count } days over
today-not-seen = Not seen for long
today-all = All { $count }

# Customers
customers-mine = { $count } on this phone
customers-search = Name, place, initials or telephone
customers-parts = Which customers
customers-whole = All { $count }
customers-owing = To pay { $count }
customers-not-seen = 30 days unseen { $count }
customers-due = To pay
customers-never = Never visited
customers-conflict = Both changed it
card-undecided-mark = Undecided
card-undecided = You wrote: { $mine }. { $who } wrote: { $theirs }. A head chooses one.
customers-foot = Searched among the { $count } on this phone, without a signal too. Others may be looked after by somebody else: ask the sales clerk.
customers-none = No customers yet
customers-none-text = Those you look after come here by themselves. New ones you can enter right away.
customers-not-found = No “{ $text }” on this phone
customers-not-found-text = Only your { $count } customers are searched. A new one can be entered right away.
customers-part-none = No customers here
customers-part-none-text = Nothing to worry about.
customers-new = New customer
customers-new-sub = Only the name is needed; the rest can follow
customers-new-note = Once saved it is yours to look after: visits, orders and money can be recorded at once.
customers-new-save = Save customer
customers-alike = This looks like “{ $name }”.
customers-alike-text = Same name or telephone: look first whether it is the same one.

# A customer
customer-call = Call
customer-card = Customer card
customer-actions = What to record
customer-visit = Visit
customer-order = Order
customer-collect = Collect
customer-fill = Card
customer-standing = How things stand
customer-due-note = Shipped once paid
customer-clear-note = All paid
customer-collected-note = Collected, not arrived yet
customer-orders = This year
customer-seen = Last visit
customer-address = Address
customer-card-full = All { $count } fields filled in
customer-card-missing = { $count } filled in, { $missing } missing: { $names }
customer-conflict = { $field }: both changed it.
customer-conflict-text = Both values are kept; the later one is in use.
customer-conflict-do = Look
customer-happened = What happened
customer-filter = Only
customer-all = All
customer-visits = Visits
customer-orders-only = Orders
customer-money = Money
customer-nothing = Nothing yet
customer-nothing-text = Record the first thing with the buttons above.
customer-more = Earlier ones

# The card
card-basics = Basics
card-people = Contacts
card-appraisal = Stage and appraisal
card-personal = The legal representative in person
card-personal-note = Seen only by you and the roles that need it
card-more = More basics
card-since = Entered { $day }
card-empty = Empty
card-edit = Change { $field }
card-edit-note = Each field is a record of its own; the value before is kept. If somebody changes it too, both values can be seen.
contact-title = Contact
contact-add = Add a contact
contact-edit = Correct a contact
contact-name = Name
contact-position = Position
contact-phone = Telephone
contact-save = Save contact
contact-remove = Take this contact off

# Both changed it
clash-title = Both changed { $field }
clash-text = Two people changed the same field. Both values are kept; the later one is in use.
clash-settled = This is settled: there is one value now.
clash-keep = Keep this value ({ $who }) and do not ask again
clash-other-phone = Your other phone
clash-keep-mine = Keep mine and do not ask again

# Place
place-looking = Measuring the place
place-found = Place measured
place-go-on = No need to wait; go on writing
place-from-registered = About { $distance } from the registered place
place-measured = Measured { $time }, ± { $metres } m. For reference only.
place-unknown = No place found
place-denied = The phone does not allow it. It is saved all the same and says so.
place-without = It is saved all the same and says so.
place-without-said = No place
place-again = Again
place-here = Use this place
place-none = No place yet
place-not-found = No place found; it can follow later.

# Photos
photo-take = Photo
photo-off = Take this photo off
photo-alt = Photo
photo-working = The photo is being made ready; then you can save
photo-weight = { $count }, { $kilobytes } KB in all
photo-count = { $count ->
    [one] One photo
   *[other] { $count } photos
 }
photo-later = Shown with a signal
photo-too-many = At most { $most } photos fit. You chose { $chosen }; { $taken } were added and the others left out.
photo-trouble = This one could not be stored; try another. Code { $code }
photo-full = The phone is full and this photo was not stored; what you recorded and typed is untouched. Free some space and choose it again.
photo-no-picture = This file is no picture and was left out. Take a photo, or choose another one.

# Visit
visit-title = Record a visit
visit-purpose = What for
visit-met = Whom you met
visit-met-known = Whom you met (on the card)
visit-said = What was said
visit-next = Next step
visit-next-on = Follow up on
visit-photos = Photos
visit-save = Save visit
visit-saved-no-place = Saved here without a place. It is sent by itself once there is a signal.
visit-saved-no-place-going = Saved here without a place, and on its way to the company.

# Order
take-order-title = Take an order
order-list-line = Price list { $version }{ $meeting }, in force until { $until }
order-meeting = { " " }({ $meeting })
order-expired = The price list ran out on { $until }.
order-expired-text = Record by it for now; the order will say that the list had run out.
order-no-list = No price list on this phone.
order-no-list-text = One contact brings it; please wait with orders.
order-no-list-short = No price list yet
order-empty = No products yet
order-empty-text = Choose from the list in force; prices come with it.
order-add = Add products
order-search = Product, initials or code
order-picked = Done
order-not-found = Not on the price list
order-not-found-text = Try another name; discontinued ones are not here.
order-price = { $price } yuan/{ $unit }
order-weight = { $unit } · { $count } kg
order-quantity-wrong = Line { $line }: the quantity is a whole number from 1 to 99,999.
order-lines = Order lines
order-product-unknown = No longer on the price list
order-pieces = { $count ->
    [one] One piece
   *[other] { $count } pieces
 }
order-total = Total
order-terms = Delivery and payment
order-deliver-by = Wanted by
order-deliver-to = Deliver to
order-payer = Payer
order-note = Note
order-list = Price list
order-save = Save order
order-saved-expired = Saved here. The price list had run out, and the order says so.
order-times = { $count } { $unit } × { $price }
order-line = { $count } { $unit } × { $price } = { $amount }
order-accepted = Accepted
order-withdrawn = Withdrawn
order-stamps = How far it is
order-seal-taken = 订
order-seal-accepted = 接
order-seal-withdrawn = 撤
order-seal-behalf = 代
order-stamp-taken = Taken by { $who }
order-stamp-accepted = Accepted by logistics
order-stamp-withdrawn = Withdrawn
order-stamp-behalf = Accepted on behalf by { $who }
order-stamp-wait = Logistics accepts it
order-withdraw = Withdraw this order
order-withdraw-title = Withdraw this order
order-withdraw-text = The order stays, stamped as withdrawn. To change a quantity, withdraw it and take another one.
order-to-customer = Back to the customer

# Collection
collect-title = Collect
collect-sub = { $name } · { $due } yuan to pay
collect-amount = Amount received (yuan)
collect-means = How it was paid
collect-cash = Cash
collect-transfer = Transfer to the company
collect-all-due = All that is due: { $amount }
collect-before = In hand before
collect-after = In hand after
collect-still = May still take
collect-passes = This makes { $amount } yuan.
collect-passes-text = By the rule it must be remitted soon. A reminder stays until it is.
collect-account = To which company account
collect-reference = The bank's reference
collect-choose-account = Please choose a company account.
collect-for = For which order
collect-for-none = No order in particular
collect-order = { $number } · { $day } · { $amount } yuan
collect-go =
    Collect,
    receipt
accounts-hint = Only accounts on finance's list. Money never goes to a personal account.
accounts-none = No company accounts on this phone.
accounts-none-text = They can be chosen once finance has listed them and the phone has had contact.

# Above the limit
over-title = Do not take this yet: { $amount } yuan above the limit
over-title-share = Do not take this yet: { $amount } yuan above this phone's share
over-text = { $held } yuan in hand; with this it is { $would }. The rule allows { $limit } at most.
over-ways = Ways on
over-transfer = Let the customer pay the company directly
over-transfer-sub = Show the company account; no cash passes through your hands
over-less = Take only { $amount } yuan
over-less-sub = The other { $amount } yuan stay due from the customer
over-remit = Remit what is in hand first
over-remit-sub = Remitting { $amount } yuan or more makes room; what you typed stays
over-back = Back to the amount
over-taken = Taken already? Record it as it is

# Recorded as it is
taken-title = Record money already taken
taken-amount = Already taken (yuan)
taken-after = In hand after
taken-over = Above the limit
taken-why = Why it was taken
taken-paid-and-left = The customer paid and left
taken-outlet-closed = The bank was closed
taken-did-not-know = I did not know
taken-other = Other
taken-more = A word more
taken-more-example = For instance, when you will remit
taken-say-more = You chose Other; please say why.
taken-reason-more = { $reason }; { $more }
taken-right = Recording it as it is, is right.
taken-right-text = The customer's receipt is marked as above the limit; your supervisor and finance see this entry and your reason. Please remit at once.
taken-tick = I confirm that these { $amount } yuan are in hand
taken-tick-first = Please tick that the money is in hand first.
taken-save = Record, receipt above the limit
taken-reason = Reason

# Receipt
receipt-title = Receipt
receipt-heading = Receipt
receipt-no = No. { $number }
receipt-number = Receipt number
receipt-customer = Received from
receipt-what = For
receipt-goods = Goods
receipt-for-order = Order { $order }
receipt-by = Received by
receipt-over-limit = Above the limit
receipt-reversed = This was reversed.
receipt-reversed-text = Reversed by { $who } on { $at }. Reason: { $reason }
receipt-qr = The receipt's QR code
receipt-scan-lead = Scan to check
receipt-scan = Shows whether the company has this receipt, and whether it was reversed.
receipt-scan-elsewhere = The code is signed by the phone that gave the receipt out; show it on that phone.
receipt-scan-after = Shows whether the company has this receipt, and whether it was reversed. The one before is { $before }: no number is missing.
receipt-show = Show the customer

# Remittance
remit-title = Remit
remit-sub = { $amount } yuan in hand
remit-amount = Amount remitted (yuan)
remit-to = To which company account
remit-account = Company account
remit-slip = Bank slip
remit-reference = Number of the slip (the last 6 digits will do)
remit-note = After saving { $amount } yuan remain in hand and this shows as remitted. Once finance has matched the bank's statement, the customers' payments count as paid.
remit-save = Save remittance
remit-nothing = No cash to remit
remit-nothing-text = Cash you take is sent on to the company from here.
remittances-title = Remittances
remittances-none = Nothing remitted yet
remittances-none-text = Every remittance to the company is listed here.
remittance-seal-sent = 汇
remittance-seal-confirmed = 确
remittance-wait = Finance confirms it

# Reversal
reverse-do = A mistake? Reverse this
reverse-finance = Finance has confirmed that this money has arrived. If something is wrong, talk to finance: only finance can reverse it now.
reverse-title = Reverse
reverse-what = What is reversed
reverse-collection = Collection
reverse-remittance = Remittance
reverse-reason = Why
reverse-wrong-amount = Wrong amount
reverse-wrong-customer = Wrong customer
reverse-twice = Recorded twice
reverse-other = Other
reverse-note-collection = The entry stays; another one takes back the whole { $amount } yuan, and what is due and in hand follows. To change the amount, reverse this and record it again.
reverse-note-remittance = The entry stays; another one takes back the whole { $amount } yuan, and what is in hand follows. To change the amount, reverse this and record it again.
reverse-save = Reverse this entry

# Record
record-for = For
record-other = Another one
record-seen = Last { $age }
record-left = { $amount } more allowed
record-held = { $amount } in hand
record-list = Price list { $version }
record-new-note = A few fields will do

# What an entry says
told-visit = Visit · { $purposes }
told-order = Order, { $count ->
    [one] one product
   *[other] { $count } products
 } · { $amount }
told-stamp = Stamp on an order
told-cash = Cash { $amount }
told-transfer = Transfer { $amount }
told-over-limit = Cash above the limit { $amount }
told-remit = Remitted { $amount }
told-reverse = Reversal · { $reason }
told-customer = New customer
told-card = Card · { $field }: { $value }
told-personal = Card · { $field }
told-contact = Card · contact { $name } added
told-contact-gone = Card · contact taken off
told-owner = Customer handed over
told-staff = Staff
told-device = Device
told-prices = Products and prices
told-account = Company account
told-share = Share of { $amount } yuan given up
told-limit = Cash limit
paper-visit = Visit
paper-order = Order
paper-remittance = Remittance
paper-as-is = As it was written
paper-untouched = Not a word changed
paper-by = Recorded by
paper-accepted-by = Accepted on behalf by
paper-at = Time
paper-amount = Amount
paper-customer = Customer

# Outbox
outbox-send = Send now
outbox-counts = Where this phone's records are
outbox-written = Recorded
outbox-not-sent = Unsent
outbox-held = Held { $count }
outbox-held-note = Received; waiting for a decision, or sent back to you
outbox-closed = { $count } more were corrected or let be and are not in the book.
outbox-closed-title = Corrected or let be { $count }
outbox-closed-note = Not in the book; what you wrote is kept
outbox-closed-mark = Done with
outbox-along = { $count ->
    [one] One of the applied records has
   *[other] { $count } of the applied records have
} moved with the customer: the company's book has what was written, this phone lists it no more.
outbox-unsent = Unsent { $count }
outbox-oldest = Oldest { $age }
outbox-today = Applied today { $count }
outbox-earlier = Earlier
outbox-empty = Nothing recorded yet
outbox-empty-text = All you record is listed here until it is applied.
outbox-photos = { $count ->
    [one] One photo is
   *[other] { $count } photos are
 } on the way.
outbox-photos-text = Words go first; photos follow with a signal.
outbox-photos-refused = { $count ->
    [one] { $count } photo was not taken by the company.
   *[other] { $count } photos were not taken by the company.
}
outbox-photos-refused-text = The words have arrived; the photos stay on this phone and the others go on. Please tell the office.
outbox-trouble = Sending did not work just now.
outbox-trouble-text = All records are here; it tries again by itself. Code { $code }
outbox-withheld = Recorded in your name until your supervisor says whose customer this is.
outbox-notes = Notes
outbox-number = Number on this phone
outbox-fate = Now
outbox-open-paper = Open it

# Held
held-lead = The company has it; nothing is lost, but it is not applied yet.
held-text = Your work counts; somebody decides.
held-why = Why
held-why-then = Why it waited
held-next = What comes next
held-clause = Clause { $clause }
held-code = Code { $code }
held-seal-saved = 存
held-seal-received = 收
held-seal-decide = 定
held-seal-applied = 入
held-received = The company received it
held-received-text = Kept as it was written
held-decide = Your supervisor decides
held-decide-text = They enter it for you, or send it back with a reason; what you wrote is kept
held-applied = Applied; you will see it
held-accepted = { $who } accepted it for you on { $when }; it counts as you wrote it.
held-declined = { $who } sent it back on { $when }: "{ $why }".
held-corrected = You wrote another one in its place on { $when }; that one counts.
held-settled = It is not in the book; what you wrote is kept.
held-sent-back = It is not in the book and waits for you: correct it and submit it again, or let it be. What you wrote is kept.
held-let-be = Let it be
held-correct = Correct and submit again
held-correct-save = Submit again
held-to-correction = See the corrected one
held-no-form = It cannot be rewritten on the phone; a head will decide.
held-undecided = This binds the company: the earlier value was not written over. A head chooses one; both are kept.

# Me
me-week = This week
me-since = since { $day }
me-remitted = Remitted
me-more = More
me-remittances-sub = All that was sent on to the company
me-outbox-sub = How far every record is
me-install = Put it on the home screen
me-install-text = Opens like any other app and works without a signal.
me-install-by-hand = In Safari, tap Share, then “Add to Home Screen”. Opened from there it works without a signal, and what it stores is not cleared.
me-phone = This phone
me-change = New phone, lost phone
me-change-new = New phone: wait until nothing is unsent, sign out here, have this phone stopped by your head or the administrator, then sign in on the new one. The book comes from the company, and so does your share of the cash limit.
me-change-lost = Lost phone: have it stopped at once, then sign in on a new one. All that was delivered is there; what was not, the old phone hands over at its next contact, and empties itself.
me-number = Number
me-number-value = Phone { $number }
me-contact = Last contact
me-no-contact = None yet
me-keeping = Storage
me-persisted = Kept for good
me-not-persisted = May be cleared when space is short: put it on the home screen
me-usage = Used
me-kilobytes = { $count } KB of { $of } MB
me-position = Position in the book
me-digest = Book check
me-digest-text = To compare with the company, read out the position and the first digits.
me-signed = Signed by the company
me-signed-value = Up to number { $seq }, { $time }
me-proof = Proof of receipt
me-proof-text = Keep a copy: it shows if the company ever gives out a log with something left out.

# The language chosen is not on this phone yet.
language-later = Chinese until there is a signal: then this changes by itself.

lock-after = Lock when not touched for
lock-minutes = { $count } min
lock-now = Lock now
lock-open = Unlock
lock-forgot = Forgotten or changed: unlock online
lock-delivers = The screen is locked, not the book: what is unsent lies encrypted and goes out by itself with the next signal.
lock-lease = Works offline for { $days } more days; one contact renews it.
lock-over = { $days } days without contact
lock-over-text = To protect customers the screen is locked. With a signal, your passphrase opens it.
lock-wrong = Not the passphrase; please try again. If it is forgotten, let the office set a new one and unlock online: every record is still here.
lock-wrong-tries = Not the passphrase. { $count ->
    [one] One more try
   *[other] { $count } more tries
} before a pause.
lock-no-signal = No signal now; to unlock online, try again once there is one. Whoever knows the passphrase unlocks without a signal.
lock-wait = Not the passphrase; please wait { $seconds } seconds.
signin-no-key = The company has no key to this phone. Use the passphrase you had before, or ask the office.

moved-title = Customer handed over
moved-lead = Customer handed over.
moved-text = A colleague looks after this customer now, and its records have left this phone. What you sent is in the company's book.
moved-form = Visits and money from before can still be recorded truthfully, under your name. Tell your colleague about orders and changes to the card.
moved-name = A customer handed over
moved-toast = { $count ->
    [one] { $count } customer was handed over; its records have left this phone.
   *[other] { $count } customers were handed over; their records have left this phone.
}

rescue-title = Rescue file
rescue-text = When nothing gets through, what was not delivered, photos included, becomes a file that only the company can open. A colleague or the office imports it. This phone keeps everything.
rescue-export = Export a rescue file
rescue-import = Import another phone's rescue file
rescue-nothing = Everything has been delivered; there is nothing to rescue.
rescue-made = Kept as { $name }: { $count } records, { $photos } photos.
rescue-left-out = {" "}Another { $count } photos did not fit and are on this phone only.
rescue-part = {" "}The photos do not fit one file: this is number { $part } of { $parts }. Press once more for the next one.
rescue-last-part = {" "}This is number { $part } of { $parts }; all photos are out now.
rescue-no-key = This phone has not fetched the company's key yet. Export again after one contact.
rescue-not-made = No file was made; the records on this phone are untouched. { $code }
rescue-brought = The file of phone { $device } is taken in: { $taken } new, { $known } there already, { $photos } photos.
rescue-brought-aside = The file of phone { $device } is taken in: { $taken } new, { $known } there already, { $photos } photos; { $aside } differ from what came before and are kept apart.
rescue-no-signal = It was not delivered: import it once more where there is a signal.
rescue-sign-in = It was not delivered: the session has ended. Sign in and import it once more.

banner-overdue = { $count ->
    [one] { $count } record has not reached the company for 24 hours.
   *[other] { $count } records have not reached the company for 24 hours.
}
banner-overdue-text = Open this page where there is a signal and they go by themselves. If they never do, export a rescue file.
banner-overdue-do = Export a rescue file
me-narrow = The phone is nearly full: { $count } MB left. Connect first so that records are sent, then free some space.
phone-gone = The browser has deleted this phone's storage, and this was not saved. What you typed is still here: enrol again, then save once more.

# The cash drawer
banner-remit-due = Please remit by { $by }. This stays until you have.
banner-remit-late = It was to be remitted by { $by }; that was { $late }. This stays until you have.
drawer-title = Cash drawer
drawer-open = Open the cash drawer
drawer-open-sub = Share, history, remitting and closing the day
drawer-sub = This is phone { $number }
drawer-held = Cash in hand, all phones together
drawer-over = { $amount } yuan above the limit
drawer-here = Taken on this phone
drawer-elsewhere = Taken on other phones
drawer-in-the-bag = In the bag
drawer-sent = Sent, finance to confirm
drawer-two-figures = Finance compares what you sent with the bank. Once confirmed, the customer has paid.
drawer-usual = By the rule: remit from { $remit } yuan on, hold { $hold } yuan at most.
drawer-rule = Special rule
drawer-rule-in-force = In force
drawer-rule-hold = At most in hand
drawer-rule-remit = Remit from
drawer-rule-when = Period
drawer-rule-days = { $from } to { $to }
drawer-rule-by = Made by
drawer-rule-who = { $who }, { $when }
drawer-rule-why = Reason
drawer-shares = Which phone has the limit
drawer-shares-text = Each phone goes by its own share, so together they stay within the limit without a signal too.
drawer-phone = Phone { $number }
drawer-phone-unknown = Another phone
drawer-phone-left = { $phone } ({ $amount } yuan left)
drawer-this-phone = { $phone } (this one)
drawer-stopped = { $phone } (stopped)
drawer-share-of = Share { $share } · in its drawer { $held }
drawer-unsettled = Share { $share } · in its drawer { $held }; finance is to settle it
drawer-left = { $amount } left
drawer-ways = Where the cash goes
drawer-remit-sub = To a company account, with a photo of the slip
drawer-violations = Violations
drawer-violation-sub = { $stands } · held then: { $held } yuan
drawer-violation-open = { $when }; heads and finance see it and will deal with it
drawer-violation-looked = { $when }; a head has looked into it, finance is next
drawer-violation-settled = { $when }; finance has settled it, a head is next
drawer-violation-closed = { $when }; closed
drawer-closed = Closed
breach-above-share = Taken above the limit: { $amount } yuan
breach-not-a-cash-rep = Cash taken without a right to it: { $amount } yuan
breach-not-a-company-account = Not to a company account: { $amount } yuan
breach-personal-account = To a personal account: { $amount } yuan
breach-still-above = Still above the limit: { $amount } yuan
breach-below-zero = Recorded beyond what lay in the drawer: { $amount } yuan
drawer-history = What moved the cash
drawer-nothing = No cash has been taken yet.
drawer-collected = Cash taken
drawer-collection-reversed = Collection reversed
drawer-remitted = Remitted
drawer-remittance-reversed = Remittance reversed
drawer-settled = Finance settled a stopped phone
drawer-share-moved = Share of { $amount } yuan given
drawer-share-returned = Share of { $amount } yuan returned
drawer-share-way = { $from } → { $to }
drawer-company = the company
no-share-lead = This phone has no share of the cash limit.
no-share-others = It lies with { $phones }; give it from there. Transfers can be recorded all the same.
no-share-lost = It still lies with the stopped { $phones }. Ask finance to settle that phone, then this one has it. Transfers can be recorded all the same.
no-share-spent = All of it lies with your other phones and is spent. Remit that cash first, then give the share over.
no-share-none = The share was given back to the company. Sign out and sign in again, and this phone has one. Where a special rule holds, ask finance.
share-do = Give a share to another phone
share-title = Give a share
share-amount = How much (yuan)
share-left = This phone may still take
share-after = And afterwards
share-to = To which phone
share-choose = Please choose a phone.
share-note = This phone may take less at once. The other has more when it hears of it, so nobody goes above in between.
share-save = Save and give
share-no-other = No other phone
share-no-other-text = This is the only phone you use, and it has the whole limit.
share-spent = Nothing left to give
share-spent-text = The cash in hand takes up all of this phone's share. Remit it first.
signout-share = The share of this phone, { $amount } yuan, goes back to the company. The next phone you sign in on has it.
signout-share-to = The share of this phone, { $amount } yuan, goes to { $phone }.
signout-cash = { $amount } yuan taken on this phone is still in your hands. Remit it from your next phone; the share it takes up comes back once finance has settled this phone.
signout-not-heard = There is no signal, so the company would not hear of it and the share would stay taken. Sign out when there is one.
over-text-share = This phone holds { $held } yuan; with this it would be { $would }. Its share is { $limit } yuan.
over-other-phone = Take it on { $phone }
over-other-phone-sub = It may still take { $amount } yuan
over-nothing = This phone may take no more cash now.
over-still = This phone may still take { $amount } yuan.
taken-photo = Take a photo
taken-who = Who will see this: { $who }
taken-who-one = { $name } ({ $role })
taken-who-more = { $who } and others, { $count } in all
taken-who-list = the heads and finance
taken-photo-hint = The cash, or the customer's note. It can be recorded without one.
remit-from = Out of the cash of which phone
remit-from-hint = It is one bag; the book keeps it by phone. The first goes first.
remit-parts = { $phone }: { $amount } yuan
remit-drawer-held = { $phone } { $amount } yuan
receipt-left = Remitted or handed in to the company
receipt-in-hand = Still with the salesperson

# Cash handed in, closing the day
drawer-handed-in = Cash handed to the office
drawer-hand-in-taken-back = Hand-in slip: signature taken back
drawer-office = Countersigned by finance
drawer-confirmed = Confirmed by finance, cash handed in included
drawer-hand-in-sub = Both sign the slip
drawer-hand-in-open = Signed { $when }; finance is next
drawer-close-sub = Count the cash against the book
drawer-closed-even = Last { $when }, as in the book
drawer-closed-short = Last { $when }, { $amount } yuan short, explained
drawer-closed-over = Last { $when }, { $amount } yuan over, explained
drawer-share-empty = Share { $share }
hand-in-title = Hand cash to the office
hand-in-sub = { $amount } yuan can be handed in
hand-in-amount = How much (yuan)
hand-in-note = Note
hand-in-text = After you, finance counts it in front of you and signs. Only with both signatures has the money left your hands.
hand-in-tick = { $who } signs: { $amount } yuan in cash
hand-in-sign-first = Tick the signature first.
hand-in-save = Sign and hand in
hand-in-nothing = No cash to hand in
hand-in-nothing-text = There is none in hand, or a signed slip still waits for finance.
hand-in-paper = Hand-in slip
hand-in-from = Out of
hand-in-who = { $who }, { $when }
hand-in-seal-rep = 交
hand-in-seal-finance = 收
hand-in-rep-signed = Signed by the salesperson
hand-in-finance-next = Finance is to count and sign
hand-in-finance-signed = Countersigned by finance
hand-in-sent-back = Sent back by finance: { $why }
hand-in-withdrawn = Withdrawn by its author
hand-in-taken-back = Finance took its signature back: { $why }
hand-in-state-received = Countersigned
hand-in-state-sent-back = Sent back
hand-in-state-withdrawn = Withdrawn
hand-in-state-taken-back = Signature taken back
hand-in-waits = Finance has yet to sign.
hand-in-waits-text = Until then the money counts as being in your hands.
hand-in-back = The money is in your hands again.
hand-in-back-text = Finance had signed for this slip by mistake. Hand the cash in once more, or send it on.
hand-in-withdraw = Not handed in: withdraw the slip
hand-in-withdraw-title = Withdraw this slip of { $amount } yuan?
hand-in-withdraw-text = Finance can no longer sign it, and the money counts as being in your hands. The slip stays, marked as withdrawn.
hand-in-withdraw-yes = Not handed in: withdraw
told-hand-in = Cash handed in { $amount }
told-hand-in-stamp = Hand-in slip withdrawn
told-close = Day closed, counted { $amount }
close-title = Close the day
close-count = Notes and coins
close-pieces = How many of { $name }
close-sums = Compare
close-expected = By the book
close-counted = Counted
close-difference = Difference
close-even = As in the book
close-short = { $amount } yuan missing
close-over = { $amount } yuan too much
close-differs = A difference, explained
close-explain = What explains the difference
close-explain-hint = For example: gave 5 yuan too much change, will make it up tomorrow.
close-note = Finance sees this on the cash board. A difference changes nothing in the book; reverse what is wrong there.
close-save = Close the day
close-paper = Closed day
close-day = Which day
close-line = { $count } pieces · { $amount }
close-seen = Finance sees this on the cash board.
note-yuan = { $count } yuan
note-jiao = { $count } jiao
note-fen = { $count } fen
count-no-number = “{ $text }” for { $name } is not a number of pieces.

# The receipt as a picture, and on paper
receipt-share = Send as a picture
receipt-print = Print (A6)
receipt-void = Reversed: this receipt is void
receipt-image-scan-one = whether the company has it,
receipt-image-scan-two = has the money, or reversed it.
receipt-image-kept = The picture is kept on this phone.
receipt-image-kept-instead = The phone would not share it this time. The picture is saved on the phone; send it from there.
receipt-image-trouble = The picture could not be made. Use “Show the customer”.
arrived = Arrived
told-arrived = Arrival confirmed { $amount }
remittance-arrived = Arrived { $day }
remittance-arrived-by = Confirmed by { $who }, { $when }
told-bank = Bank statement
