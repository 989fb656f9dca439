# What the parts of a change are called: the console lists them, and the server says which of them does not fit.
# Key = content- and the field, underscores as hyphens.

content-fields = Fields
content-field = Field
content-value = Value
content-contacts = Contacts
content-contact = Contact
content-lines = Lines
content-number = Number
content-deliver-by = Deliver by
content-deliver-to = Deliver to
content-payer = Paid by
content-note = Note
content-name = Name
content-position = Position
content-phone = Phone
content-stamp = Stamp
content-corrects = Corrects
content-addition = Takes away
content-said = What was said
content-photos = Photos
content-pictures = { $count ->
    [one] 1 picture
   *[other] { $count } pictures
}
content-purposes = Purposes
content-met = Met
content-next-step = Next step
content-next-on = Next step on
content-place = Place
content-amount = Amount
content-means = Means
content-means-cash = Cash
content-means-transfer = Transfer
content-receipt = Receipt
content-over-limit = Reason for taking more than allowed
content-reference = Reference
content-slip = Slip
content-reason = Reason
content-kind = Kind
content-role = Role
content-team = Team
content-share = Share
content-ruling = Decision
content-card = Product
content-version = Version
content-meeting = Pricing meeting
content-valid-from = Valid from
content-valid-to = Valid to
content-prices = Prices
content-holder = Account holder
content-bank = Bank
