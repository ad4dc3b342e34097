"""Records and documents with --redact: what is not known to be harmless is masked, and the rest is as it was."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from kit.cases import filled  # noqa: F401 - the cases' helpers are importable
from kit.sandbox_calls import ATTACHED

from callinspect import providers
from callinspect.masking import Masker, rules
from callinspect.model import Call, Cause, Country, Party, Reason, Redirection, Related, State
from callinspect.model.related import Device, Event, Leg, StoredRecording, Transcription
from callinspect.model.timeline import Entry, Happened
from callinspect.model.words import Relation
from callinspect.render import schema
from callinspect.render.json import record
from callinspect.render.jsontext import dumps
