"""What every test runs under: no telemetry, no hub. Set before anything is imported, as app.py does."""

import os

os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "ORT_DISABLE_TELEMETRY": "1"}
