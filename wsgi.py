"""The application for a web server: `app`, made from the environment's settings."""

from app.config import Settings
from app.context import build_context
from app.data_dir import make_only_ours
from app.db import Longest
from app.web.application import create_app

make_only_ours()
app = create_app(build_context(Settings.from_environment(), longest=Longest.REQUEST))
