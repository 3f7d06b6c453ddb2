"""What quality keeps: buckets of days, what is known of the past, rules and words of people, snapshots."""

from quality.models.days import QualityDay
from quality.models.facts import FactChange
from quality.models.numbers import KaspiNumber
from quality.models.profiles import OwnProfile, ProfileAssignment, QualitySetting
from quality.models.rulings import Dispute, DisputeState, Ruling
from quality.models.snapshots import QualityAlert, QualitySnapshot, Sanction

__all__ = (
    "Dispute",
    "DisputeState",
    "FactChange",
    "KaspiNumber",
    "OwnProfile",
    "ProfileAssignment",
    "QualityAlert",
    "QualityDay",
    "QualitySetting",
    "QualitySnapshot",
    "Ruling",
    "Sanction",
)
