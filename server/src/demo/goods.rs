//! The forty products of the demo company (产品) and what they cost. Source: S1, S5.
//!
//! Floor: a table of the demo. Must not know who orders them.

use sync_core::{
    domain::sale::ProductCard,
    unit::{ProductId, UnitPrice, derived_bytes},
};

use super::text;

/// A product as the table has it.
#[derive(Debug)]
pub(super) struct Goods {
    code: &'static str,
    name: &'static str,
    specification: &'static str,
    packaging: &'static str,
    unit: &'static str,
    quality: &'static str,
    net_weight_g: u32,
    tolerance_g: u32,
    /// In fen, as of the current list.
    price: i64,
    /// How often it is ordered, against the others.
    pub(super) demand: u32,
}

macro_rules! goods {
    ($($code:literal $name:literal $spec:literal $pack:literal $unit:literal $quality:literal $weight:literal $off:literal $price:literal $demand:literal;)*) => {
        /// Everything the company sells.
        pub(super) const GOODS: &[Goods] = &[$(Goods {
            code: $code, name: $name, specification: $spec, packaging: $pack, unit: $unit, quality: $quality,
            net_weight_g: $weight, tolerance_g: $off, price: $price, demand: $demand,
        }),*];
    };
}

goods! {
    "MF-0125" "特一面粉" "25 kg" "编织袋" "袋" "水分≤14.0%，灰分≤0.60%，湿面筋≥28%" 25_000 100 9_600 30;
    "MF-0110" "特一面粉" "10 kg" "纸塑袋" "袋" "水分≤14.0%，灰分≤0.60%，湿面筋≥28%" 10_000 50 4_050 14;
    "MF-0225" "特二面粉" "25 kg" "编织袋" "袋" "水分≤14.0%，灰分≤0.75%，湿面筋≥26%" 25_000 100 8_900 18;
    "MF-0325" "饺子粉" "25 kg" "编织袋" "袋" "水分≤14.0%，灰分≤0.55%，湿面筋≥30%" 25_000 100 10_800 12;
    "MF-0305" "饺子粉" "5 kg" "纸塑袋" "袋" "水分≤14.0%，灰分≤0.55%，湿面筋≥30%" 5_000 30 2_380 9;
    "MF-0425" "拉面专用粉" "25 kg" "编织袋" "袋" "水分≤14.0%，灰分≤0.58%，湿面筋≥32%" 25_000 100 11_200 16;
    "MF-0525" "全麦粉" "25 kg" "编织袋" "袋" "水分≤13.5%，灰分≤1.60%" 25_000 100 9_200 4;
    "MF-0605" "荞麦粉" "5 kg×4" "纸箱" "箱" "水分≤14.0%，无掺杂" 20_000 80 13_600 4;
    "GM-0110" "鸡蛋挂面" "1 kg×10" "纸箱" "箱" "水分≤14.5%，自然断条率≤5%" 10_000 60 6_800 22;
    "GM-0210" "手擀风味挂面" "1 kg×10" "纸箱" "箱" "水分≤14.5%，自然断条率≤5%" 10_000 60 6_200 15;
    "GM-0312" "荞麦挂面" "800 g×12" "纸箱" "箱" "水分≤14.5%，荞麦粉≥30%" 9_600 60 8_640 8;
    "GM-0420" "龙须挂面" "500 g×20" "纸箱" "箱" "水分≤14.5%，自然断条率≤5%" 10_000 60 7_200 7;
    "GM-0520" "儿童蔬菜挂面" "300 g×20" "纸箱" "箱" "水分≤14.5%，菠菜粉≥3%" 6_000 45 8_800 5;
    "YO-0104" "纯香胡麻油" "5 L×4" "纸箱" "箱" "一级，酸价≤1.0 mg/g，过氧化值≤5.0 mmol/kg" 18_200 90 38_000 20;
    "YO-0106" "纯香胡麻油" "1.8 L×6" "纸箱" "箱" "一级，酸价≤1.0 mg/g，过氧化值≤5.0 mmol/kg" 9_830 60 22_800 12;
    "YO-0120" "热榨胡麻油" "20 L" "塑料桶" "桶" "二级，酸价≤2.0 mg/g" 18_200 90 33_500 9;
    "YO-0204" "浓香菜籽油" "5 L×4" "纸箱" "箱" "二级，酸价≤2.0 mg/g" 18_300 90 29_600 11;
    "YO-0304" "葵花籽油" "5 L×4" "纸箱" "箱" "一级，酸价≤0.5 mg/g" 18_400 90 31_200 8;
    "GQ-0120" "中宁枸杞" "250 g×20" "纸箱" "箱" "特级，280 粒/50g，总糖≥45%" 5_000 25 46_000 10;
    "GQ-0110" "中宁枸杞" "500 g×10" "纸箱" "箱" "甲级，370 粒/50g，总糖≥45%" 5_000 25 39_800 9;
    "GQ-0212" "枸杞原浆" "300 mL×12" "纸箱" "箱" "可溶性固形物≥12%" 3_600 36 51_600 6;
    "GQ-0310" "黑枸杞" "100 g×10" "礼盒" "盒" "一级，花青素≥1.2%" 1_000 10 36_000 3;
    "GQ-0420" "枸杞蜂蜜" "500 g×20" "纸箱" "箱" "还原糖≥60%" 10_000 50 42_000 4;
    "YR-0110" "滩羊肉卷" "500 g×10" "泡沫箱" "箱" "冷冻，蛋白质≥16%" 5_000 30 42_500 9;
    "YR-0210" "滩羊肉片" "400 g×10" "泡沫箱" "箱" "冷冻，蛋白质≥16%" 4_000 30 37_600 7;
    "YR-0312" "羊杂碎" "500 g×12" "泡沫箱" "箱" "熟制，真空" 6_000 40 21_600 8;
    "YR-0410" "手抓羊肉" "800 g×10" "泡沫箱" "箱" "熟制，真空，蛋白质≥18%" 8_000 50 68_000 4;
    "YR-0520" "羊肉酱" "210 g×20" "纸箱" "箱" "肉含量≥25%" 4_200 40 23_000 7;
    "TW-0112" "油泼辣子" "230 g×12" "纸箱" "箱" "水分≤8%" 2_760 25 11_400 14;
    "TW-0220" "辣椒面" "500 g×20" "编织袋" "袋" "粗细 20 目，水分≤14%" 10_000 60 19_600 9;
    "TW-0312" "陈醋" "500 mL×12" "纸箱" "箱" "总酸≥5.0 g/100mL" 6_000 60 4_980 16;
    "TW-0412" "酿造酱油" "500 mL×12" "纸箱" "箱" "氨基酸态氮≥0.7 g/100mL" 6_900 60 5_880 14;
    "TW-0520" "孜然粉" "400 g×20" "纸箱" "箱" "水分≤10%，无添加" 8_000 60 33_600 8;
    "TW-0620" "十三香调料" "45 g×100" "纸箱" "箱" "水分≤12%" 4_500 45 18_500 10;
    "TW-0710" "牛羊肉炖料" "35 g×100" "纸箱" "箱" "水分≤12%" 3_500 35 16_800 7;
    "TW-0824" "泡菜酸菜" "400 g×24" "纸箱" "箱" "食盐≤5%" 9_600 80 7_680 8;
    "ZL-0125" "小米" "25 kg" "编织袋" "袋" "一级，水分≤13%" 25_000 100 17_500 9;
    "ZL-0225" "大米（珍珠米）" "25 kg" "编织袋" "袋" "一级，碎米≤10%" 25_000 100 13_250 17;
    "ZL-0310" "八宝茶" "80 g×30" "纸箱" "箱" "水分≤12%" 2_400 30 13_500 8;
    "ZL-0405" "燕麦片" "1 kg×12" "纸箱" "箱" "水分≤10%，β-葡聚糖≥3%" 12_000 80 12_360 5;
}

/// The product that is taken off the shelf during the history; its orders are left out from the start.
const RETIRED: &str = "GQ-0310";

impl Goods {
    /// Whether it is the one that is taken off the shelf.
    pub(super) fn is_retired(&self) -> bool {
        self.code == RETIRED
    }

    /// The product's id.
    pub(super) fn id(&self) -> ProductId {
        ProductId::from_bytes(derived_bytes("demo product", &[self.code.as_bytes()]))
    }

    /// Its description, as the office enters it.
    pub(super) fn card(&self) -> ProductCard {
        ProductCard {
            code: text(self.code),
            name: text(self.name),
            specification: text(self.specification),
            packaging: text(self.packaging),
            unit: text(self.unit),
            quality: text(self.quality),
            net_weight_g: self.net_weight_g,
            tolerance_g: self.tolerance_g,
            discontinued: false,
        }
    }

    /// What a unit cost so many lists ago: every list before the current one was a little cheaper.
    pub(super) fn price(&self, lists_ago: u32) -> UnitPrice {
        let off_in_thousandths = i64::from(lists_ago) * 8;
        let fen = self.price * (1_000 - off_in_thousandths) / 1_000 / 10 * 10;
        UnitPrice::new(fen * 100).expect("every price of the table is above zero and far below the limit")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn forty_products_have_codes_of_their_own() {
        assert_eq!(GOODS.len(), 40);
        let codes: BTreeSet<_> = GOODS.iter().map(|goods| goods.code).collect();
        assert_eq!(codes.len(), 40);
    }

    #[test]
    fn the_current_list_has_the_prices_of_the_table() {
        let flour = &GOODS[0];
        assert_eq!(flour.price(0).to_string(), "96.00");
        assert!(flour.price(1) < flour.price(0));
    }
}
