"""The twelve fictional establishments of the pilot: four in each country, as the field research sizes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """`eagerness`: how readily its staff take courses, 0..1 (PCs, power, a director who asks)."""

    code: str
    country: str
    name: str
    name_ar: str
    kind: str
    region: str
    place: str
    place_ar: str
    staff: int
    eagerness: float


SITES = (
    Site("MA-1", "MA", "Prison locale Oued Nour", "السجن المحلي واد النور", "local-prison", "Rabat", "Oued Nour",
         "واد النور", 320, 0.80),
    Site("MA-2", "MA", "Maison centrale Jbel Sebt", "السجن المركزي جبل السبت", "central-prison", "Rabat", "Jbel Sebt",
         "جبل السبت", 180, 0.70),
    Site("MA-3", "MA", "Prison locale Bir Zitoun", "السجن المحلي بئر الزيتون", "local-prison", "Fès", "Bir Zitoun",
         "بئر الزيتون", 120, 0.62),
    Site("MA-4", "MA", "Centre de réforme et d’éducation Rahma", "مركز الإصلاح والتهذيب الرحمة", "reform-centre",
         "Fès", "Rahma", "الرحمة", 60, 0.88),
    Site("ML-1", "ML", "Maison d’arrêt et de correction de Badalaba", "", "mac", "Bamako", "Badalaba", "", 150, 0.50),
    Site("ML-2", "ML", "Prison de Sananko", "", "mac", "Bamako", "Sananko", "", 90, 0.58),
    Site("ML-3", "ML", "Maison d’arrêt et de correction de Koulima", "", "mac", "Ségou", "Koulima", "", 45, 0.40),
    Site("ML-4", "ML", "Maison d’arrêt et de correction de Tienso", "", "mac", "Ségou", "Tienso", "", 15, 0.35),
    Site("NE-1", "NE", "Maison d’arrêt de Zarmabon", "", "remand", "Niamey", "Zarmabon", "", 70, 0.55),
    Site("NE-2", "NE", "Prison de haute sécurité de Kawara", "", "high-security", "Niamey", "Kawara", "", 60, 0.45),
    Site("NE-3", "NE", "Maison d’arrêt de Dan Gona", "", "remand", "Zinder", "Dan Gona", "", 40, 0.42),
    Site("NE-4", "NE", "Maison d’arrêt de Tagabat", "", "remand", "Zinder", "Tagabat", "", 20, 0.30),
)  # fmt: skip

TIMEZONES = {"MA": "Africa/Casablanca", "ML": "Africa/Bamako", "NE": "Africa/Niamey"}


def description(site: Site) -> dict[str, str]:
    """The fields of `establishment.described`. The administration is named as a demonstration, so that
    no printed certificate can be mistaken for a real one."""
    fields = {
        "code": site.code, "name": site.name, "kind": site.kind, "region": site.region, "place": site.place,
        "timezone": TIMEZONES[site.country], "languages": "ar fr" if site.country == "MA" else "fr",
        "administration": "Administration pénitentiaire (démonstration)",
    }  # fmt: skip
    if site.country == "MA":
        fields |= {
            "name_ar": site.name_ar, "place_ar": site.place_ar, "administration_ar": "إدارة السجون (عرض توضيحي)",
        }  # fmt: skip
    return fields
