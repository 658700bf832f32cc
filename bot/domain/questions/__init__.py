"""Questions that members put to people of other industries."""
