"""The keys that ISO 32000-1 gives pages, pictures and the catalogue; private ones mean nothing to readers."""

import pikepdf
from pikepdf import Name


def _keys(names: str) -> frozenset[str]:
    return frozenset(f"/{name}" for name in names.split())


_PAGE = _keys("""
Type Parent LastModified Resources MediaBox CropBox BleedBox TrimBox ArtBox BoxColorInfo Contents Rotate Group
Thumb B Dur Trans Annots AA Metadata StructParents ID PZ SeparationInfo Tabs TemplateInstantiated PresSteps
UserUnit VP
""")
"""Table 30, but for PieceInfo, which holds what one program notes for itself (14.5)."""
_CATALOGUE = _keys("""
Type Version Extensions Pages PageLabels Names Dests ViewerPreferences PageLayout PageMode Outlines Threads
OpenAction AA URI AcroForm Metadata StructTreeRoot MarkInfo Lang SpiderInfo OutputIntents OCProperties Perms
Legal Requirements Collection NeedsRendering DSS AF
""")
"""Table 28, but for PieceInfo, with the AF and DSS of later standards."""
_PICTURE = _keys("""
Type Subtype Width Height ColorSpace BitsPerComponent Intent ImageMask Mask Decode Interpolate Alternates
SMask SMaskInData Name StructParent ID OPI Metadata OC Matte Length Filter DecodeParms F FFilter FDecodeParms
DL AF
""")
"""Tables 5 and 89; Matte belongs to soft masks (table 146)."""
_BY_TYPE = {"/Page": _PAGE, "/Catalog": _CATALOGUE}


def drop_private_keys(holder: pikepdf.Object) -> None:
    """Take from a page, a picture or the catalogue the keys that the standard does not know there."""
    known = _PICTURE if holder.get(Name.Subtype) == Name.Image else _BY_TYPE.get(str(holder.get(Name.Type)))
    for key in set(holder.keys()) - known if known else ():
        del holder[key]
