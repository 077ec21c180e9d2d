"""What laws ask: law packs, destruction, recalls, lists and clocks."""

LAW_COUNTRY_OF = [
    ("customer", "The customer's country"),
    ("company", "The company's country"),
]
LAW_JUDGED_ON = [
    ("contract", "Contracts made in this time"),
    ("event", "What happens in this time"),
]
LAW_SWITCH = [("on", "Holds"), ("off", "Does not hold")]
# Letters of Art 16 Directive 2011/83/EU that goods can fall under.
ARTICLE_16 = [
    ("b", "(b) Price depends on the financial market"),
    ("c", "(c) Made to the customer's specifications"),
    ("d", "(d) Deteriorates or expires rapidly"),
    ("e", "(e) Sealed for health or hygiene, once unsealed"),
    ("f", "(f) Mixed inseparably with other goods"),
    ("g", "(g) Alcoholic drinks agreed at a price for later"),
    ("i", "(i) Sealed recordings or software, once unsealed"),
    ("j", "(j) Newspaper, periodical or magazine"),
    ("k", "(k) Bought at a public auction"),
]
INFORMED = [("yes", "Yes"), ("no", "No")]
COMPANY_SIZES = [
    ("small", "Micro or small"),
    ("medium", "Medium-sized"),
    ("large", "Large"),
]
# Annex VII of Regulation (EU) 2024/1781: commodity codes by group of goods.
UNSOLD_KINDS = [
    ("apparel", "Apparel"),
    ("accessories", "Clothing accessories"),
    ("footwear", "Footwear"),
]
UNSOLD_CODES = {
    "apparel": ("61", "62"),
    "accessories": ("4203", "6504", "6505"),
    "footwear": ("6401", "6402", "6403", "6404", "6405"),
}
# What discards goods as waste; recycling does, too (Art 2(34) of it).
DESTROYING_KINDS = ("destroy", "recycle")
DEROGATIONS = [
    ("a", "(a) Health, hygiene or safety"),
    ("b", "(b) Damaged, and repair not feasible or too costly"),
    ("c", "(c) Unfit for its purpose by law or technical standard"),
    ("d", "(d) Offered for donation and not accepted"),
    ("e", "(e) Unfit for preparing for reuse or remanufacturing"),
    ("f", "(f) Infringes intellectual property; counterfeit"),
    ("g", "(g) Destruction has the least environmental impact"),
]
DESTRUCTION_STATES = [
    ("draft", "Draft"),
    ("asked", "Waits for approval"),
    ("approved", "Approved"),
    ("refused", "Refused"),
]
DISCARD_TREATMENTS = [
    ("destroy", "Destroyed"),
    ("recycle", "Recycled"),
    ("donate", "Donated"),
    ("write_off", "Written off"),
    ("scrap", "Scrapped"),
]
RECALL_STATES = [
    ("draft", "Draft"),
    ("active", "In force"),
    ("lifted", "Lifted"),
]
CUSTOMER_LIST_KINDS = [("allow", "Allow"), ("block", "Block")]
APPEAL_STATES = [
    ("none", "No appeal"),
    ("open", "Appeal open"),
    ("upheld", "Entry stays"),
    ("overturned", "Entry ended"),
]
CLOCK_STATES = [
    ("running", "Running"),
    ("kept", "Kept"),
    ("breached", "Breached"),
    ("waiting", "May wait for the goods"),
    ("nothing", "Nothing owed"),
]
