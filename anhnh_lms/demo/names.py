"""Names that sound right and belong to nobody: drawn from common first and family names."""

from __future__ import annotations

import random

# (Latin, Arabic)
MA_WOMEN = (
    ("Fatima", "فاطمة"), ("Khadija", "خديجة"), ("Amina", "أمينة"), ("Nadia", "نادية"), ("Samira", "سميرة"),
    ("Hanane", "حنان"), ("Laila", "ليلى"), ("Naima", "نعيمة"), ("Rachida", "رشيدة"), ("Zineb", "زينب"),
    ("Souad", "سعاد"), ("Malika", "مليكة"), ("Imane", "إيمان"), ("Hajar", "هاجر"), ("Meryem", "مريم"),
    ("Siham", "سهام"), ("Karima", "كريمة"), ("Ghizlane", "غزلان"), ("Ikram", "إكرام"), ("Btissam", "ابتسام"),
)  # fmt: skip
MA_MEN = (
    ("Ahmed", "أحمد"), ("Youssef", "يوسف"), ("Rachid", "رشيد"), ("Abdelkader", "عبد القادر"),
    ("Mustapha", "مصطفى"), ("Said", "سعيد"), ("Khalid", "خالد"), ("Omar", "عمر"), ("Driss", "إدريس"),
    ("Hicham", "هشام"), ("Karim", "كريم"), ("Brahim", "إبراهيم"), ("Noureddine", "نور الدين"),
    ("Abdellah", "عبد الله"), ("Jamal", "جمال"), ("Tarik", "طارق"), ("Hamza", "حمزة"), ("Anas", "أنس"),
    ("Mehdi", "مهدي"), ("Aziz", "عزيز"), ("Larbi", "العربي"), ("Mounir", "منير"),
)  # fmt: skip
MA_FAMILIES = (
    ("Bennani", "بناني"), ("El Idrissi", "الإدريسي"), ("Tazi", "التازي"), ("Amrani", "العمراني"),
    ("Chraibi", "الشرايبي"), ("El Fassi", "الفاسي"), ("Berrada", "برادة"), ("Lahlou", "لحلو"),
    ("Ouazzani", "الوزاني"), ("El Mansouri", "المنصوري"), ("Benjelloun", "بنجلون"), ("Haddad", "الحداد"),
    ("Naciri", "الناصري"), ("Sabri", "صبري"), ("Bouazza", "بوعزة"), ("El Khattabi", "الخطابي"),
    ("Slimani", "السليماني"), ("Ziani", "الزياني"), ("Belhaj", "بلحاج"), ("Essaidi", "السعيدي"),
    ("Jabri", "الجابري"), ("Kadiri", "القادري"), ("Filali", "الفيلالي"), ("Tahiri", "الطاهري"),
    ("Yacoubi", "اليعقوبي"), ("Zerouali", "الزروالي"), ("Boukhari", "البخاري"), ("Mernissi", "المرنيسي"),
)  # fmt: skip
ML_WOMEN = ("Aminata", "Fatoumata", "Mariam", "Kadiatou", "Oumou", "Awa", "Rokia", "Djénéba", "Assitan", "Hawa",
            "Bintou", "Salimata", "Nana")  # fmt: skip
ML_MEN = ("Moussa", "Ibrahim", "Amadou", "Mamadou", "Seydou", "Oumar", "Boubacar", "Issa", "Modibo", "Souleymane",
          "Bakary", "Adama", "Drissa", "Abdoulaye", "Cheick", "Sékou")  # fmt: skip
ML_FAMILIES = ("Traoré", "Coulibaly", "Diarra", "Maïga", "Diallo", "Touré", "Sidibé", "Sangaré", "Cissé", "Dembélé",
               "Konaté", "Doumbia", "Ouattara", "Samaké", "Sissoko", "Camara", "Koné", "Fofana")  # fmt: skip
NE_WOMEN = ("Aïchatou", "Hadiza", "Mariama", "Zeinabou", "Rahinatou", "Fati", "Halimatou", "Balkissa", "Salamatou",
            "Haoua", "Ramatou", "Nafissatou")  # fmt: skip
NE_MEN = ("Moussa", "Mahamadou", "Abdou", "Harouna", "Souleymane", "Ibrahim", "Oumarou", "Salissou", "Idrissa",
          "Adamou", "Boubacar", "Hassane", "Laouali", "Yacouba", "Maman", "Seyni")  # fmt: skip
NE_FAMILIES = ("Moussa", "Mahamane", "Abdou", "Oumarou", "Hamidou", "Garba", "Souley", "Amadou", "Seydou", "Djibo",
               "Maïga", "Harouna", "Ousmane", "Saidou", "Boureima", "Tahirou", "Salifou", "Ibrahim")  # fmt: skip


def name(chance: random.Random, country: str, sex: str) -> tuple[str, str]:
    """(Latin, Arabic); the Arabic is empty outside Morocco."""
    if country == "MA":
        first = chance.choice(MA_WOMEN if sex == "f" else MA_MEN)
        family = chance.choice(MA_FAMILIES)
        return f"{first[0]} {family[0]}", f"{first[1]} {family[1]}"
    women, men, families = (ML_WOMEN, ML_MEN, ML_FAMILIES) if country == "ML" else (NE_WOMEN, NE_MEN, NE_FAMILIES)
    return f"{chance.choice(women if sex == 'f' else men)} {chance.choice(families)}", ""
