//! The six hundred customers of the demo company, each with as much on its card as a rep would know. Source: S92.
//!
//! Floor: a table of the demo, drawn with its dice. Must not know who visits whom when.

use std::collections::BTreeSet;

use chrono::{Days, Months, NaiveDate};
use sync_core::{
    domain::customer::{CardField, Contact, FieldValue, Organisation, PersonalField, Stage},
    time::BusinessDate,
    unit::{CustomerId, Money, derived_bytes},
};

use super::{
    dice::Dice,
    places::{COUNTIES, County},
    text,
};

/// A customer as it is when the history begins.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    /// Its id, unless a rep enters it on a phone.
    pub(super) id: CustomerId,
    /// Which rep looks after it, counted from zero.
    pub(super) rep: usize,
    /// The fields of its card.
    pub(super) fields: Vec<(CardField, FieldValue)>,
    /// The people there.
    pub(super) contacts: Vec<Contact>,
    /// What reps will write into its personal fields.
    pub(super) personal: Vec<(PersonalField, &'static str)>,
    /// How big its orders are, from 1.
    pub(super) size: u32,
    /// Where it lies.
    pub(super) county: &'static County,
}

/// How many customers each rep has, five reps at a time.
const SHARES: [u32; 5] = [18, 22, 19, 21, 20];

const NAMES: [&str; 84] = [
    "宁安",
    "惠民",
    "德顺",
    "福源",
    "金谷",
    "塞上",
    "凤城",
    "永盛",
    "丰泽",
    "鑫隆",
    "源丰",
    "益民",
    "万家",
    "佳惠",
    "兴隆",
    "瑞丰",
    "宏达",
    "四季",
    "聚鑫",
    "百味",
    "天和",
    "顺达",
    "民生",
    "新月",
    "黄河",
    "贺兰",
    "朔方",
    "沙湖",
    "麦香",
    "稻香",
    "同福",
    "春晖",
    "长城",
    "和平",
    "兴旺",
    "吉祥",
    "如意",
    "盛源",
    "恒信",
    "众兴",
    "昌盛",
    "永和",
    "金穗",
    "老马",
    "老李",
    "小杨",
    "银杏",
    "丝路",
    "绿洲",
    "西域",
    "六盘",
    "萧关",
    "古雁",
    "清水河",
    "泾水",
    "葫芦河",
    "红柳",
    "香山",
    "鸣沙",
    "枣园",
    "杞乡",
    "玉泉",
    "南关",
    "北塔",
    "东升",
    "西苑",
    "新区",
    "双喜",
    "三顺",
    "五谷",
    "六合",
    "八方",
    "九洲",
    "千禧",
    "亿客",
    "家家",
    "好邻居",
    "乡里",
    "农家",
    "田园",
    "好运",
    "大众",
    "红星",
    "光明",
];

const KINDS: [&str; 14] = [
    "粮油店",
    "粮油批发",
    "食品商行",
    "超市",
    "便民超市",
    "调味品店",
    "副食店",
    "生活超市",
    "商贸有限公司",
    "农副产品经营部",
    "面馆",
    "拉面馆",
    "餐饮店",
    "羊肉馆",
];

/// Names that stand first in the list of a rep whose day the screens tell.
const KNOWN: [&str; 5] = ["宁安食品商行", "惠民超市", "金积镇粮油店", "德顺粮油批发", "福源调味品店"];

const SURNAMES: [&str; 32] = [
    "马", "李", "王", "张", "杨", "刘", "陈", "丁", "白", "金", "海", "哈", "沙", "赵", "周", "吴", "徐",
    "孙", "郭", "何", "高", "罗", "郑", "梁", "谢", "宋", "韩", "冯", "田", "苏", "康", "拜",
];

const GIVEN: [&str; 40] = [
    "国强", "秀英", "建华", "玉兰", "志刚", "海燕", "小军", "丽", "伟", "芳", "学军", "桂芳", "文平", "占林",
    "生财", "玉梅", "立平", "彦虎", "晓东", "春梅", "俊", "燕", "少华", "金花", "永红", "万福", "德明",
    "兰英", "彦军", "淑琴", "宏伟", "婷", "振国", "凤琴", "志远", "耀宗", "慧", "全忠", "吉祥", "风英",
];

/// Somebody's name.
pub(super) fn person(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&SURNAMES), dice.pick(&GIVEN))
}

/// A telephone number that no network gives out: mobile numbers never begin with 100.
pub(super) fn mobile(dice: &mut Dice) -> String {
    format!("100{:04}{:04}", dice.below(10_000), dice.below(10_000))
}

/// A landline number that no exchange gives out: none begins with a zero.
fn landline(dice: &mut Dice, county: &County) -> String {
    let area = match county.city {
        "银川市" => "0951",
        "石嘴山市" => "0952",
        "吴忠市" => "0953",
        "固原市" => "0954",
        _ => "0955",
    };
    format!("{area}-0{:06}", dice.below(1_000_000))
}

/// All six hundred, county by county, as of `today`.
pub(super) fn customers(today: NaiveDate) -> Vec<Customer> {
    let names = names();
    let counties = COUNTIES.iter().flat_map(|county| (0..county.customers).map(move |_| county));
    let reps = (0..30).flat_map(|rep| (0..SHARES[rep % SHARES.len()]).map(move |_| rep));
    counties
        .zip(reps)
        .zip(names)
        .zip(0..)
        .map(|(((county, rep), name), index)| {
            let mut dice = Dice::of("customer", index);
            let id = CustomerId::from_bytes(derived_bytes("demo customer", &[&index.to_be_bytes()]));
            let size = [1, 1, 1, 2, 2, 3, 5][dice.below(7) as usize];
            let owner = person(&mut dice);
            Customer {
                id,
                rep,
                fields: fields(&mut dice, county, &name, &owner, size, today),
                contacts: contacts(&mut dice, &owner),
                personal: personal(&mut dice),
                size,
                county,
            }
        })
        .collect()
}

/// Six hundred names, no two the same.
fn names() -> Vec<String> {
    /// Where the customers of the rep begin whose day the screens tell.
    const KNOWN_FROM: usize = 320;
    let mut all: Vec<String> = NAMES
        .iter()
        .flat_map(|name| KINDS.iter().map(move |kind| format!("{name}{kind}")))
        .filter(|name| !KNOWN.contains(&name.as_str()))
        .collect();
    Dice::of("names", 0).shuffle(&mut all);
    all.truncate(600 - KNOWN.len());
    let known = KNOWN.iter().map(|name| (*name).to_owned());
    all.splice(KNOWN_FROM..KNOWN_FROM, known);
    all
}

fn words(value: &str) -> FieldValue {
    FieldValue::Text(text(value))
}

fn fields(
    dice: &mut Dice,
    county: &County,
    name: &str,
    owner: &str,
    size: u32,
    today: NaiveDate,
) -> Vec<(CardField, FieldValue)> {
    let founded = today - Months::new(dice.between(14, 260)) - Days::new(u64::from(dice.below(28)));
    let trading = today - Months::new(dice.between(4, 60).min(14 + dice.below(48)));
    let mut fields = vec![
        (CardField::Name, words(name)),
        (CardField::County, words(county.name)),
        (CardField::RegisteredAddress, words(&county.address(dice))),
        (CardField::Stage, FieldValue::Stage(stage(dice))),
    ];
    let phone = if dice.percent(70) { mobile(dice) } else { landline(dice, county) };
    let mut perhaps = |chance, field, value| {
        if dice.percent(chance) {
            fields.push((field, value));
        }
    };
    perhaps(95, CardField::Phone, words(&phone));
    perhaps(90, CardField::LegalRepresentative, words(owner));
    perhaps(70, CardField::FoundedOn, FieldValue::Date(BusinessDate(founded)));
    perhaps(75, CardField::TradingSince, FieldValue::Date(BusinessDate(trading.max(founded))));
    perhaps(85, CardField::Organisation, FieldValue::Organisation(organisation(name)));
    perhaps(70, CardField::Employees, FieldValue::Count(size * size + 1));
    perhaps(60, CardField::AnnualSales, FieldValue::Money(Money::yuan(i64::from(size) * 260_000)));
    perhaps(
        30,
        CardField::MarketPotential,
        words(POTENTIAL[(founded.to_string().len() + size as usize) % 4]),
    );
    let rest = [
        (55, CardField::Location, FieldValue::Place(county.place(dice))),
        (28, CardField::Direction, words(dice.word(&DIRECTION))),
        (32, CardField::Credit, words(dice.word(&CREDIT))),
        (25, CardField::Competitiveness, words(dice.word(&COMPETITIVENESS))),
    ];
    for (chance, field, value) in rest {
        if dice.percent(chance) {
            fields.push((field, value));
        }
    }
    fields
}

fn stage(dice: &mut Dice) -> Stage {
    match dice.below(100) {
        0..6 => Stage::Potential,
        6..15 => Stage::FirstContact,
        15..32 => Stage::Signed,
        _ => Stage::Maintained,
    }
}

fn organisation(name: &str) -> Organisation {
    if name.ends_with("有限公司") {
        Organisation::LimitedCompany
    } else if name.ends_with("经营部") {
        Organisation::Partnership
    } else if name.starts_with("农家") || name.starts_with("田园") {
        Organisation::Cooperative
    } else {
        Organisation::SoleTrader
    }
}

fn contacts(dice: &mut Dice, owner: &str) -> Vec<Contact> {
    let contact = |name: &str, position: &str, phone: &str| Contact {
        name: text(name),
        position: text(position),
        phone: text(phone),
    };
    let mut all = vec![contact(owner, "店主", &mobile(dice))];
    if dice.percent(35) {
        let position = dice.word(&["采购", "会计", "店员", "库管", "后厨"]);
        all.push(contact(&person(dice), position, &mobile(dice)));
    }
    if dice.percent(10) {
        all.push(contact(&person(dice), "送货司机", &mobile(dice)));
    }
    all
}

fn personal(dice: &mut Dice) -> Vec<(PersonalField, &'static str)> {
    if !dice.percent(38) {
        return Vec::new();
    }
    let mut chosen = PERSONAL.to_vec();
    dice.shuffle(&mut chosen);
    let many = dice.between(2, 4) as usize;
    let mut seen = BTreeSet::new();
    chosen.retain(|(field, _)| seen.insert(*field));
    chosen.truncate(many);
    chosen
}

const POTENTIAL: [&str; 4] = [
    "周边新建小区多，零售量还能翻一番",
    "覆盖三个乡镇，批发量稳定",
    "学校食堂和餐馆多，面粉用量大",
    "旅游季节枸杞和八宝茶走得快",
];
const DIRECTION: [&str; 4] = ["准备开第二家店", "往团购和食堂配送转", "想做本县总代理", "维持现状"];
const CREDIT: [&str; 5] = [
    "三年没有拖欠",
    "现款现货，信用好",
    "月底结清，偶尔晚两三天",
    "资金周转慢，以现款为主",
    "房产自有，偿付能力强",
];
const COMPETITIVENESS: [&str; 4] =
    ["位置好，老顾客多", "同街有两家同行，拼价格", "有冷库，羊肉制品有优势", "送货快，餐馆都从他家拿"];

const PERSONAL: [(PersonalField, &str); 20] = [
    (PersonalField::Character, "爽快，说话算数"),
    (PersonalField::Character, "慢性子，要多解释几遍"),
    (PersonalField::Character, "精打细算，爱比价"),
    (PersonalField::Interests, "关心粮价行情"),
    (PersonalField::Interests, "爱听秦腔"),
    (PersonalField::Hobbies, "钓鱼，周日常去沙湖"),
    (PersonalField::Hobbies, "下象棋"),
    (PersonalField::Hobbies, "跑步，参加过黄河马拉松"),
    (PersonalField::Family, "两个孩子，大的上高中"),
    (PersonalField::Family, "夫妻俩一起看店"),
    (PersonalField::Family, "儿子在银川上大学"),
    (PersonalField::Education, "高中"),
    (PersonalField::Education, "大专，学的会计"),
    (PersonalField::Education, "初中"),
    (PersonalField::Age, "四十五岁上下"),
    (PersonalField::Age, "三十出头"),
    (PersonalField::Age, "五十八"),
    (PersonalField::Ability, "会算账，进货准"),
    (PersonalField::Ability, "人缘好，认识各餐馆老板"),
    (PersonalField::Background, "以前在粮站上班，后来自己开店"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 16).expect("a day")
    }

    fn name(customer: &Customer) -> String {
        let found = customer.fields.iter().find(|(field, _)| *field == CardField::Name);
        found.and_then(|(_, value)| value.text()).expect("a name").to_owned()
    }

    #[test]
    fn six_hundred_customers_have_names_of_their_own_and_values_that_fit() {
        let all = customers(today());
        assert_eq!(all.len(), 600);
        assert_eq!(all.iter().map(name).collect::<BTreeSet<_>>().len(), 600);
        for (field, value) in all.iter().flat_map(|customer| &customer.fields) {
            assert_eq!(field.accepts(value), Ok(()));
        }
    }

    #[test]
    fn the_same_day_gives_the_same_customers() {
        let said = |all: Vec<Customer>| format!("{all:?}");
        assert_eq!(said(customers(today())), said(customers(today())));
    }

    #[test]
    fn the_rep_of_the_screens_looks_after_the_shops_of_the_screens() {
        let all = customers(today());
        for known in KNOWN {
            let customer = all.iter().find(|customer| name(customer) == known).expect("a known shop");
            assert_eq!((customer.rep, customer.county.name), (16, "利通区"), "{known}");
        }
    }
}
