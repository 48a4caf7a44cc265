/** Shipping passages: `# title`, then one fact a line as `question | condition | statement`. */
export const SHIPPING = `
# Delivery times
How long does standard delivery take? | inside the country | standard delivery takes 4 to 6 business days
How fast is express delivery? | for orders placed before 1 pm | express delivery arrives on the next business day
Do you deliver on Saturdays? | in 22 large cities | we deliver on Saturdays between 9 am and 2 pm
When is my parcel handed to the carrier? | after payment | parcels are handed to the carrier within 36 hours

# Shipping costs
When is shipping free? | for orders over 75 dollars | standard shipping is free
How much does express shipping cost? | for parcels under 5 kilograms | express shipping costs 14 dollars
Is there a fee for heavy items? | for items above 20 kilograms | a handling fee of 11 dollars applies
Do Plus members pay for shipping? | for Lumora Plus members | shipping is free on 6 orders per year

# Order tracking
Where can I track my order? | once the parcel has left the warehouse | a tracking link is sent by email and text message
Why does my tracking not update? | in the first 24 hours | the tracking page may show no movement
How often is tracking updated? | on delivery day | the tracking map refreshes every 5 minutes
Can I track an order without an account? | with the order number and postcode | guests can track an order on the Track page

# Returns
How many days do I have to return an item? | after delivery | you have 40 days to return an unused item
Who pays for the return label? | if the item is faulty | we pay for the prepaid return label
Can I return an opened device? | when the box was opened | a restocking fee of 12 percent is deducted
Where do I drop off a return? | for returns | parcels can be dropped off at any Corvo parcel shop

# Missing parcels
What if my parcel is lost? | if a parcel has not moved for 7 days | we open a trace with the carrier
How long does a trace take? | once a trace is opened | the carrier answers within 9 business days
Do you replace lost parcels? | when the carrier confirms the loss | we ship a replacement at no cost
What if the tracking says delivered but I have nothing? | if the parcel is marked as delivered | report the missing parcel within 5 days

# International shipping
Which countries do you ship to? | outside the United States | we ship to 31 countries in Europe and Asia
Who pays customs duties? | for international orders | customs duties are collected at checkout
How long does international shipping take? | for international orders | delivery takes 10 to 16 business days
Can I ship batteries abroad? | because of air freight rules | spare batteries cannot be shipped abroad

# Changing an order
Can I change my delivery address? | until the parcel is packed | the delivery address can be changed on the order page
How long can I cancel an order? | for 2 hours after you place it | an order can be cancelled without a fee
Can I add an item to my order? | when an order is already confirmed | items cannot be added to it
Can I move the delivery date? | for express orders | the delivery date can be moved once by up to 8 days

# Pickup points
How long does a pickup point keep my parcel? | at a pickup point | a parcel is kept for 6 days
What do I need to collect a parcel? | to collect a parcel | show the pickup code and a photo ID
Can a friend collect my parcel? | if you forward the pickup code | a friend can collect the parcel for you
Which parcels cannot go to pickup points? | for parcels longer than 80 centimeters | pickup points are not available

# Damaged deliveries
What do I do with a damaged parcel? | if the parcel arrives damaged | send 2 photos of the box and the label to support
How soon must I report damage? | after delivery | damage has to be reported within 4 days
Do I have to send back the broken item? | for damaged items worth less than 25 dollars | you do not have to send them back
How fast is a replacement sent? | once the damage is confirmed | a replacement leaves our warehouse within 2 business days

# Installation service
What does professional installation cost? | for one thermostat | professional installation costs 89 dollars
How do I book an installer? | after you buy a thermostat or camera kit | book an installer in the app under Services
Can I reschedule the installer? | up to 24 hours before the visit | the installation appointment can be moved without charge
How long does the installation take? | in most homes | an installation visit takes about 70 minutes
`;
