# title: Secrets in a .env file
# about: Keep keys out of the source; load them at run time and fail clearly.
# group: Five concepts
# order: 6
# file .env: # Kept out of version control. This key is invented.\nWEATHER_API_KEY=not-a-real-key-7f3a\nWEATHER_REGION=north

import os

from dotenv import load_dotenv

# The Files tab holds a .env with two values. Delete it there and run
# again to see the clear error; edit it to see the new value.
load_dotenv()


def weather_key():
    key = os.getenv("WEATHER_API_KEY")
    if not key:
        raise RuntimeError("WEATHER_API_KEY is not set: put it into .env")
    return key


key = weather_key()

# Never print a secret. Its last characters are enough to tell keys apart.
print(f"using the key that ends in ...{key[-4:]}")
print("region:", os.getenv("WEATHER_REGION", "unknown"))
