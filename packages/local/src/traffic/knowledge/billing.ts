/** Billing passages: `# title`, then one fact a line as `question | condition | statement`. */
export const BILLING = `
# Refunds
How long does a refund take? | once a refund is approved | the money reaches your card within 7 business days
Can I get a refund after two months? | if more than 45 days have passed since the purchase | we offer store credit instead of a refund
Do I get shipping costs refunded? | when the product arrived damaged | we refund the shipping costs in full
Where do I ask for a refund? | to ask for a refund | open the order page and choose Request refund

# Failed payments
What happens when my payment fails? | when a payment fails | we retry the card 3 times over 10 days
Will I lose access after a failed payment? | while we retry a failed payment | your plan stays active for 10 days
How do I fix a declined card? | if your card is declined | update the card under Settings, Payment methods
Is there a fee for a failed payment? | after the last retry of a failed payment | a late fee of 4 dollars is added to the invoice

# Lumora Plus plan
What does Lumora Plus cost? | for one household | Lumora Plus costs 9 dollars per month
What is included in Lumora Plus? | with Lumora Plus | camera recordings are stored for 60 days
How many cameras does Lumora Plus cover? | on the Lumora Plus plan | you can connect up to 8 cameras
Can I share Lumora Plus with my family? | with Lumora Plus | you can invite 5 family members at no extra cost

# Annual plan
How much do I save with the annual plan? | if you pay yearly | you save 18 percent compared with the monthly price
Can I cancel the annual plan early? | if you cancel the annual plan in the first 30 days | we return the full yearly amount
When does the annual plan renew? | every year | the annual plan renews on the date of your first payment
Do you remind me before the annual renewal? | before an annual renewal | we send a reminder email 14 days ahead

# Invoices
Where can I find my invoices? | for every paid month | invoices are listed under Settings, Billing history
Can I add a VAT number to my invoice? | for business customers | the VAT number is printed on all invoices issued after it was saved
How long do you keep invoices? | for tax reasons | we keep invoices for 8 years
Can I receive invoices by post? | when you need paper invoices | we mail them for 2 dollars per invoice

# Promo codes
How do I use a promo code? | at checkout | enter the promo code in the field below the total
Can I combine promo codes? | for a single order | only one promo code can be used
When do promo codes expire? | unless the campaign says otherwise | promo codes expire 90 days after they were sent
Do promo codes work on refurbished devices? | for refurbished devices | promo codes are not accepted

# Free trial
How long is the free trial? | for new households | the free trial lasts 21 days
Do I need a card for the free trial? | to start the free trial | a valid payment card is required
What happens when the trial ends? | when the free trial ends | the account moves to the Basic plan unless you subscribe
Can I start a second free trial? | per household | the free trial can be used once every 24 months

# Payment methods
Which payment methods do you accept? | in all countries | we accept Visa, Mastercard and PayPal
Can I pay by bank transfer? | for orders above 500 dollars | bank transfer is available to business customers
Can I store two cards? | in each account | you can store up to 4 cards and choose a default card
Why is there a 1 dollar charge on my card? | when a new card is added | a test charge of 1 dollar appears and is reversed within 3 days

# Price changes
When will prices change? | before any price change | subscribers receive an email 60 days in advance
Does a price change affect my annual plan? | during a running annual plan | the price stays fixed until the renewal date
Can I leave after a price change? | if you disagree with a price change | you can cancel free of charge before it takes effect
Are hardware prices fixed after I order? | once an order is placed | the hardware price is locked for 15 days

# Gift cards
How do I redeem a gift card? | to redeem a gift card | enter its 16 digit code under Settings, Gift cards
Do gift cards expire? | from the day of purchase | gift cards are valid for 36 months
Can I pay a subscription with a gift card? | for subscriptions | the gift card balance is used before the stored card
Can I get cash for a gift card? | by law in most states | a remaining balance under 10 dollars can be paid out in cash

# Business accounts
What does a business account cost? | for companies with several sites | the business account costs 29 dollars per site each month
How many users can a business account have? | on a business account | up to 50 users can be added
Do business accounts get phone support? | on weekdays | business accounts reach phone support from 7 am to 8 pm
Can I get a purchase order? | for purchases above 1200 dollars | business accounts may pay by purchase order within 30 days
`;
