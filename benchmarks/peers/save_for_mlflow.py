"""Write the model of PEER_MODEL as one of mlflow's, to the folder that is named."""

import os
import pickle
import sys
from pathlib import Path

import mlflow

model = pickle.loads(Path(os.environ["PEER_MODEL"]).read_bytes())
mlflow.sklearn.save_model(model, sys.argv[1], serialization_format="pickle", pip_requirements=[])
