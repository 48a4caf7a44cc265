/** Device passages: `# title`, then one fact a line as `question | condition | statement`. */
export const DEVICES = `
# Hub setup
How do I set up the hub? | to set up the hub | connect it to the router with the network cable and scan the QR code
What does a blinking orange light mean? | when the hub light blinks orange | the hub is installing an update
How many devices can the hub handle? | on one hub | up to 120 devices can be paired
Does the hub work without internet? | during an internet outage | local automations keep running on the hub

# Hub reset
How do I reset the hub? | to reset the hub | hold the rear button for 15 seconds until the light turns red
Do I lose my automations after a reset? | after a reset | automations are restored from the backup of the last 24 hours
How do I restart the hub? | to restart the hub | unplug the power for 30 seconds and plug it in again
Why is my hub offline? | if the hub has been offline for more than 10 minutes | check the router and the network cable

# Motion sensor
What is the range of the motion sensor? | in an open room | the motion sensor has a range of 9 meters
How long does the motion sensor battery last? | with normal use | the motion sensor battery lasts 26 months
Is the motion sensor safe with pets? | for pets under 18 kilograms | the motion sensor can ignore their movement
Where should I mount the motion sensor? | for best results | mount the motion sensor 2 meters above the floor

# Indoor camera
What resolution does the indoor camera have? | in daylight | the indoor camera records in 2560 by 1440 pixels
Does the indoor camera see at night? | in the dark | the indoor camera sees up to 7 meters with infrared light
How do I turn off the camera? | when privacy mode is on | the indoor camera stops recording and covers the lens
How many people can watch the camera at once? | at the same time | 3 household members can watch the live picture

# Outdoor camera
Is the outdoor camera waterproof? | in rain and snow | the outdoor camera is protected to the IP65 standard
What temperatures can the outdoor camera stand? | in winter | the outdoor camera works down to minus 25 degrees
How is the outdoor camera powered? | without a wall socket nearby | the outdoor camera can be powered by the 6 watt solar panel
How long does the outdoor camera record? | for each motion event | the outdoor camera records clips of 40 seconds

# Thermostat
Which heating systems does the thermostat support? | for homes with 24 volt wiring | the thermostat supports gas, oil and heat pump systems
How much energy does the thermostat save? | in an average home | the thermostat saves 13 percent of heating energy
Does the thermostat need a common wire? | when there is no common wire | the power adapter in the box has to be installed
How do I lock the thermostat? | to keep children from changing it | set a 4 digit PIN on the thermostat

# Smart plug
What is the maximum load of the smart plug? | for heaters and kettles | the smart plug carries a maximum load of 2300 watts
Can I use the smart plug outdoors? | outdoors | the smart plug cannot be used because it is not sealed
Does the smart plug measure energy? | in the app | the smart plug shows energy use for the last 12 months
How do I pair the smart plug? | to pair the smart plug | press its button for 5 seconds until the ring turns blue

# Door lock
What if the door lock battery is empty? | when the door lock battery is empty | hold a 9 volt battery against the two contacts
How many codes can the door lock store? | in the door lock | up to 30 access codes can be stored
Does the door lock close by itself? | if auto lock is on | the door locks itself 45 seconds after closing
Which doors fit the door lock? | for doors between 35 and 50 millimeters thick | the door lock fits without extra parts

# Smoke alarm
How often should I test the smoke alarm? | for your safety | test the smoke alarm once every 30 days
When must I replace the smoke alarm? | because the smoke chamber ages | the smoke alarm must be replaced after 10 years
Why does the smoke alarm chirp? | when the smoke alarm chirps every minute | its battery is below 8 percent
Can the smoke alarm call for help? | with the Guard add-on | the smoke alarm alerts a monitoring center within 20 seconds

# Warranty
How long is the warranty? | for new devices | the warranty lasts 3 years
What does the warranty not cover? | under the warranty | water damage and broken housings are not covered
How do I make a warranty claim? | to make a warranty claim | upload the receipt and the serial number on the Warranty page
How long is the warranty on refurbished devices? | for refurbished devices | the warranty lasts 14 months

# Firmware updates
When are updates installed? | at night between 2 am and 4 am | updates are installed on the hub and all sensors
Can I postpone an update? | in the app | an update can be postponed by up to 17 days
How long do old devices get updates? | after a device is discontinued | security updates continue for 5 years
What should I do when an update fails? | if an update fails twice | restart the hub and start the update under Settings, About

# Wi-Fi problems
Which Wi-Fi band do cameras need? | for all Lumora cameras | a Wi-Fi network on the 2.4 gigahertz band is required
Why does my camera lose the connection? | if the signal is weaker than minus 70 decibels | the camera loses the connection to the router
Can I use a Wi-Fi extender? | for distances above 15 meters | the Lumora extender keeps cameras connected
How much bandwidth does a camera need? | while streaming | each camera needs 3 megabits per second of upload bandwidth
`;
