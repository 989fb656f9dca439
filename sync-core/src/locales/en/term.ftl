# Names of the regulation: roles, fields of the card, purposes. Keys end in the stable codes.

# Roles
role-rep = Sales rep
role-direct-rep = Direct-sales rep
role-logistics = Logistics
role-finance = Finance
role-keeper = Warehouse keeper
role-clerk = Sales clerk
role-archivist = Archivist
role-marketing-head = Head of marketing
role-sales-head = Head of sales
role-sales-manager = Sales manager
role-marketing-vp = Marketing vice president
role-general-manager = General manager
role-management-representative = Management representative
role-production = Production
role-administrator = Administrator
role-operator = Server operator

# Customer card, S92
card-name = Name
card-registered-address = Registered address
card-phone = Telephone
card-legal-representative = Legal representative
card-founded-on = Founded on
card-trading-since = Trading with us since
card-organisation = Legal form
card-employees = Employees
card-annual-sales = Annual sales
card-county = County
card-location = Place
card-stage = Stage
card-market-potential = Market potential
card-direction = Direction
card-credit = Credit
card-competitiveness = Competitiveness

# The legal representative in person, S92
personal-character = Character
personal-interests = Interests
personal-hobbies = Hobbies
personal-family = Family
personal-education = Education
personal-age = Age
personal-ability = Ability
personal-background = Background

# Legal forms
organisation-sole-trader = Sole trader
organisation-limited-company = Limited company
organisation-partnership = Partnership
organisation-cooperative = Cooperative
organisation-other = Other

# Stages, S81
stage-potential = Potential
stage-first-contact = First contact
stage-signed = Contract signed
stage-maintained = Maintained

# Purposes of a visit
purpose-urge-payment = Urge payment
purpose-discuss-order = Discuss an order
purpose-after-delivery = After delivery
purpose-display = Look at the display
purpose-complaint = Handle a complaint
purpose-other = Other
