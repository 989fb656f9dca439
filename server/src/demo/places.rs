//! The counties and districts of Ningxia (宁夏的县区) with their seats, some streets and some towns.
//!
//! Floor: a table of the demo. Must not know who trades there.

use sync_core::unit::Place;

use super::dice::Dice;

/// A county, district or county-level city.
#[derive(Debug)]
pub(super) struct County {
    /// Its name.
    pub(super) name: &'static str,
    /// The city it belongs to.
    pub(super) city: &'static str,
    /// The seat, in ten-thousandths of a degree.
    seat: (i32, i32),
    /// How many of the 600 customers are here.
    pub(super) customers: u32,
    /// Streets of the seat.
    pub(super) streets: &'static [&'static str],
    /// Towns and markets around it.
    pub(super) towns: &'static [&'static str],
}

macro_rules! counties {
    ($($city:literal $name:literal ($lat:literal, $lon:literal) $customers:literal [$($street:literal)*] [$($town:literal)*];)*) => {
        /// Every county, from north of the capital round to the south; 600 customers in all.
        pub(super) const COUNTIES: &[County] = &[$(County {
            name: $name,
            city: $city,
            seat: ($lat, $lon),
            customers: $customers,
            streets: &[$($street),*],
            towns: &[$($town),*],
        }),*];
    };
}

counties! {
    "银川市" "兴庆区" (384_737, 1_062_889) 54 ["解放东街" "新华东街" "民族南街" "丽景街" "清和南街" "胜利南街" "玉皇阁北街"] ["大新镇" "掌政镇" "通贵乡"];
    "银川市" "金凤区" (384_732, 1_062_426) 48 ["正源北街" "黄河东路" "宁安大街" "长城中路" "万寿路" "上海西路"] ["良田镇" "丰登镇"];
    "银川市" "西夏区" (384_918, 1_061_504) 34 ["怀远西路" "文昌南街" "朔方路" "同心南街" "贺兰山西路"] ["镇北堡镇" "兴泾镇"];
    "银川市" "永宁县" (382_774, 1_062_531) 28 ["杨和大街" "宁朔南街" "团结西路"] ["望远镇" "李俊镇" "闽宁镇" "胜利乡"];
    "银川市" "贺兰县" (385_544, 1_063_498) 32 ["银河东路" "桃林南街" "太阳城大街" "光明西路"] ["习岗镇" "立岗镇" "洪广镇" "金贵镇"];
    "银川市" "灵武市" (381_027, 1_063_402) 30 ["南薰街" "朔方街" "灵州大道" "东塔路"] ["东塔镇" "崇兴镇" "郝家桥镇" "宁东镇"];
    "石嘴山市" "大武口区" (390_191, 1_063_677) 34 ["朝阳西街" "游艺西街" "世纪大道" "贺兰山南路" "胜利东街"] ["星海镇" "隆湖"];
    "石嘴山市" "惠农区" (392_394, 1_067_811) 24 ["北大街" "静安路" "惠安大道" "康乐路"] ["红果子镇" "尾闸镇" "园艺镇"];
    "石嘴山市" "平罗县" (389_065, 1_065_235) 28 ["人民东路" "鼓楼北街" "翰林大街" "怀远路"] ["姚伏镇" "黄渠桥镇" "宝丰镇" "头闸镇"];
    "吴忠市" "利通区" (379_852, 1_062_122) 38 ["裕民东街" "开元大道" "朝阳街" "利通南街" "吴灵西路" "文卫路"] ["金积镇" "金银滩镇" "高闸镇" "上桥镇" "板桥乡"];
    "吴忠市" "红寺堡区" (374_257, 1_060_621) 22 ["罗山路" "燕然路" "金水街" "团结街"] ["太阳山镇" "大河乡" "新庄集乡"];
    "吴忠市" "盐池县" (377_833, 1_074_073) 20 ["花马池西街" "盐林南路" "永清南路"] ["大水坑镇" "惠安堡镇" "高沙窝镇"];
    "吴忠市" "同心县" (369_806, 1_059_144) 26 ["长征西街" "新华北街" "豫海南街"] ["豫海镇" "河西镇" "韦州镇" "下马关镇"];
    "吴忠市" "青铜峡市" (380_213, 1_060_789) 28 ["汉坝西街" "古峡东街" "唐源街" "利民路"] ["小坝镇" "大坝镇" "叶盛镇" "瞿靖镇"];
    "固原市" "原州区" (360_037, 1_062_876) 32 ["文化西路" "中山南街" "政府街" "北京路" "上海路"] ["三营镇" "彭堡镇" "头营镇" "官厅镇"];
    "固原市" "西吉县" (359_639, 1_057_293) 18 ["永清路" "北大街" "民族街"] ["吉强镇" "兴隆镇" "将台堡镇"];
    "固原市" "隆德县" (356_258, 1_061_115) 12 ["人民街" "龙泉路"] ["沙塘镇" "联财镇"];
    "固原市" "泾源县" (354_984, 1_063_307) 10 ["百泉街" "荷花路"] ["泾河源镇" "六盘山镇"];
    "固原市" "彭阳县" (358_583, 1_066_312) 12 ["兴彭大街" "滨河路"] ["王洼镇" "古城镇"];
    "中卫市" "沙坡头区" (375_160, 1_051_732) 28 ["鼓楼东街" "文昌南街" "中山街" "怀远南路"] ["宣和镇" "柔远镇" "迎水桥镇" "镇罗镇"];
    "中卫市" "中宁县" (374_915, 1_056_852) 26 ["宁安东街" "北大街" "平安西街" "富康路"] ["宁安镇" "石空镇" "鸣沙镇" "恩和镇"];
    "中卫市" "海原县" (365_651, 1_056_433) 16 ["政府街" "建设路" "文化街"] ["三河镇" "七营镇" "李旺镇"];
}

impl County {
    /// An address here: in the seat more often than in a town.
    pub(super) fn address(&self, dice: &mut Dice) -> String {
        let number = dice.between(2, 380);
        if dice.percent(68) {
            format!("{}{}{}{number}号", self.city, self.name, dice.pick(self.streets))
        } else {
            let town = dice.pick(self.towns);
            let spot = dice.pick(&["街道", "农贸市场", "商业街", "集贸市场"]);
            format!("{}{}{town}{spot}{number}号", self.city, self.name)
        }
    }

    /// A place near the seat, as a phone would measure it.
    pub(super) fn place(&self, dice: &mut Dice) -> Place {
        let off = |dice: &mut Dice| i32::try_from(dice.below(50_000)).unwrap_or(0) * 10 - 250_000;
        Place {
            latitude: self.seat.0 * 1_000 + off(dice),
            longitude: self.seat.1 * 1_000 + off(dice),
            accuracy_m: dice.between(5, 40),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_hundred_customers_are_spread_over_twenty_two_counties() {
        assert_eq!(COUNTIES.len(), 22);
        assert_eq!(COUNTIES.iter().map(|county| county.customers).sum::<u32>(), 600);
    }

    #[test]
    fn every_place_lies_within_a_few_kilometres_of_its_seat() {
        for (index, county) in (0..).zip(COUNTIES) {
            let place = county.place(&mut Dice::of("place", index));
            assert!(place.is_on_earth());
            assert!((350_000_000..=395_000_000).contains(&place.latitude), "{county:?}");
            assert!((1_042_000_000..=1_077_000_000).contains(&place.longitude), "{county:?}");
        }
    }
}
