/** A question with its passages and answers known to be grounded or not; all written for this test. */
export interface Scenario {
  readonly name: string;
  readonly question: string;
  readonly passages: readonly string[];
  readonly grounded: readonly string[];
  readonly hallucinated: readonly string[];
}

/** Used while the thresholds of the stand-in were chosen. */
export const TUNING: readonly Scenario[] = [
  {
    name: "refund window",
    question: "How long do I have to return a jacket?",
    passages: [
      "Items can be returned within 30 days of delivery for a full refund. Products must be unworn and in their original packaging.",
      "Gift cards never expire and cannot be exchanged for cash.",
    ],
    grounded: [
      "You have 30 days after delivery to return the jacket for a full refund. It must be unworn and in the original packaging.",
      "Hi there! Thanks for reaching out. Returns are accepted within thirty days of delivery, and you'll get all of your money back. Please keep the original packaging and make sure the product is unworn. Let me know if you need anything else!",
    ],
    hallucinated: [
      "You have 90 days from the date of purchase to return the jacket. Return shipping is paid by us.",
      "Jackets are final sale and cannot be returned. You can exchange them for store credit at any branch.",
    ],
  },
  {
    name: "invoice download",
    question: "Where can I find my invoices?",
    passages: [
      "To download an invoice, open Settings, choose Billing, and click the download icon next to the month you need. Invoices are available as PDF files.",
      "Invoices are created on the first day of each month and emailed to the billing contact.",
    ],
    grounded: [
      "Go to Settings, select Billing and press the download icon beside the month you want. You'll get the invoice as a PDF.",
      "Sure! Here's how:\n1. Open Settings\n2. Choose Billing\n3. Click the download icon next to the month\n\nInvoices are also emailed to your billing contact on the first day of every month.",
    ],
    hallucinated: [
      "Invoices are stored in the mobile app under Documents > Tax records. They can be exported to Excel or QuickBooks.",
      "You can request a paper invoice from our accounting office in Dublin. It arrives by courier within two weeks.",
    ],
  },
  {
    name: "password reset",
    question: "I forgot my password. How can I reset it?",
    passages: [
      'To reset a password, click "Forgot password" on the sign-in page. We send a reset link to the email address of the account. The link is valid for 60 minutes.',
      "Passwords must have at least 12 characters, including one number.",
    ],
    grounded: [
      'Click "Forgot password" on the login page and we\'ll email you a reset link. The link expires after one hour.',
      "No worries! On the sign-in page, select Forgot password. A reset link will be sent to your account's email address, valid for 60 minutes. Your new password needs a minimum of 12 characters and must include a number.",
    ],
    hallucinated: [
      "Call our hotline and an agent will read you a temporary password. Temporary passwords work for 24 hours.",
      "The reset link is valid for 24 hours. Passwords need at least 8 characters and a special symbol.",
    ],
  },
  {
    name: "shipping times",
    question: "When will my order arrive?",
    passages: [
      "Standard shipping takes 3 to 5 business days. Express shipping takes 1 business day and costs $12.",
      "Orders placed before 2 p.m. are shipped the same day.",
    ],
    grounded: [
      "With standard shipping your order arrives in 3–5 business days. If you pick express, it takes one business day and costs $12.",
      "Orders placed before 2 PM ship the same day. Standard delivery then takes three to five working days.",
    ],
    hallucinated: [
      "Standard shipping takes 7 to 10 business days. Express delivery is free for orders above $75.",
      "Your order is handled by our Rotterdam warehouse and will be delivered by drone within 6 hours.",
    ],
  },
  {
    name: "cancel subscription",
    question: "Can I cancel my subscription at any time?",
    passages: [
      "Subscriptions can be cancelled at any time in Account > Plan. The plan stays active until the end of the billing period. Payments already made are not refunded.",
    ],
    grounded: [
      "Yes, you can cancel your subscription whenever you like under Account > Plan. It stays active until the billing period ends. Please note that payments you have already made are not refunded.",
      "Absolutely. Cancelling is possible at any time; your plan remains active until the end of the current billing period.",
    ],
    hallucinated: [
      "Cancellation requires 30 days' written notice sent to our legal team. An early termination fee of $50 applies.",
      "Yes. When you cancel, the unused days are refunded to your card and your data is deleted immediately.",
    ],
  },
  {
    name: "SSO plans",
    question: "Does the Pro plan include SSO?",
    passages: [
      "Single sign-on (SSO) is available on the Enterprise plan only. The Pro plan includes priority support and 100 GB of storage.",
    ],
    grounded: [
      "SSO is only available on the Enterprise plan. The Pro plan does come with priority support and 100 GB storage.",
      "Unfortunately, single sign-on is available only with the Enterprise plan.",
    ],
    hallucinated: [
      "The Pro plan has SSO through Okta and Azure AD. It can be activated by opening a ticket with our identity engineers.",
      "Pro comes with 500 GB of storage, and SCIM provisioning is offered as an add-on for $3 per seat.",
    ],
  },
  {
    name: "warranty",
    question: "What does the warranty cover?",
    passages: [
      "All devices have a two-year warranty that covers manufacturing defects. It does not cover water damage or accidental drops.",
      "To make a warranty claim, send us the serial number and a photo of the defect.",
    ],
    grounded: [
      "Our devices come with a 2-year warranty covering manufacturing defects. Water damage and accidental drops aren't covered.",
      "The warranty lasts 24 months and covers manufacturing defects. To claim, please send the serial number together with a picture of the defect.",
    ],
    hallucinated: [
      "The warranty covers water damage and accidental drops. It lasts for five years.",
      "You get a lifetime warranty on the battery, and a technician visits your home to replace broken screens.",
    ],
  },
  {
    name: "phone support hours",
    question: "When can I call support?",
    passages: [
      "Phone support is open Monday to Friday from 9 a.m. to 6 p.m. Eastern Time. Chat support is available around the clock.",
    ],
    grounded: [
      "You can call us Monday through Friday, 9am to 6pm Eastern Time. Chat is available 24/7.",
      "Phone support is open from 9:00 to 18:00 Eastern Time on Monday to Friday.",
    ],
    hallucinated: [
      "Phone support is open every day from 7 a.m. to 11 p.m. Pacific Time. Premium members have a dedicated hotline.",
      "We closed our call centre last spring. Support tickets are answered within 48 hours by our partners in Manila.",
    ],
  },
  {
    name: "change address",
    question: "Can I change the delivery address of order 48213?",
    passages: [
      "The delivery address can be changed until the parcel has been handed to the carrier. Go to Orders, open the order and choose Edit address.",
      "Once a parcel is with the carrier, the address can no longer be changed.",
    ],
    grounded: [
      "You can change the address of order 48213 until the parcel is handed to the carrier. Go to Orders, open the order and select Edit address.",
      "Yes, as long as the parcel has not been handed to the carrier. After that, the address can't be changed anymore.",
    ],
    hallucinated: [
      "Address changes cost $4.99 and need identity verification by passport. Our fraud department reviews them manually.",
      "The address can be changed after the parcel is with the carrier by calling FedEx. Give them PIN code 7731.",
    ],
  },
  {
    name: "storage limits",
    question: "How much storage do free accounts have?",
    passages: [
      "Free accounts include 5 GB of storage. Files larger than 250 MB cannot be uploaded on the free plan.",
      "Paid plans start at $8 per month and include 200 GB.",
    ],
    grounded: [
      "A free account comes with 5 GB of storage. You cannot upload files larger than 250 MB on the free plan.",
      "Free accounts include 5GB. If you need more, paid plans start at $8 a month with 200 GB.",
    ],
    hallucinated: [
      "Free accounts include 15 GB of storage. The file size limit is 2 GB.",
      "Storage is unlimited for photos. Videos are compressed after six months and moved to cold archives.",
    ],
  },
  {
    name: "two-factor",
    question: "How do I enable two-factor authentication?",
    passages: [
      "Two-factor authentication can be turned on under Security settings. Scan the QR code with an authenticator app and enter the six-digit code. Save the recovery codes in a safe place.",
    ],
    grounded: [
      "Turn on 2FA under Security settings, scan the QR code with your authenticator app, and enter the 6-digit code. Keep the recovery codes somewhere safe.",
      "To enable two-factor authentication, open the Security settings. You'll scan a QR code using an authenticator app and then type in the six-digit code.",
    ],
    hallucinated: [
      "Two-factor authentication is sent by SMS to your mobile phone. You can whitelist trusted browsers for 90 days.",
      "2FA must be enabled by an administrator using the command line tool. A hardware key such as a YubiKey is mandatory.",
    ],
  },
  {
    name: "late fee",
    question: "What happens if I pay late?",
    passages: [
      "If an invoice is not paid within 14 days, a late fee of 2% is added. After 30 days the account is suspended.",
    ],
    grounded: [
      "A late fee of 2% is added if the invoice isn't paid within 14 days. After 30 days, your account will be suspended.",
      "Invoices unpaid after two weeks get a 2 percent late fee.",
    ],
    hallucinated: [
      "A late fee of 10% is charged after 7 days. We then hand the debt over to a collection agency.",
      "There is no late fee. We send three friendly reminders and offer an instalment plan over 12 months.",
    ],
  },
  {
    name: "international shipping",
    question: "Do you ship to Canada?",
    passages: [
      "We ship to the United States, Canada and Mexico. Customs duties are paid by the recipient.",
      "Shipping to Canada costs $18 and takes 6 to 9 days.",
    ],
    grounded: [
      "Yes, we ship to Canada. It costs $18 and takes 6 to 9 days. The recipient pays customs duties.",
      "We do! Shipping to Canada is $18 and the parcel arrives in 6–9 days.",
    ],
    hallucinated: [
      "Yes, shipping to Canada is free and takes 2 days. Duties are prepaid by us.",
      "We don't ship to Canada at the moment, but Australia and New Zealand will follow next summer.",
    ],
  },
  {
    name: "export data",
    question: "How do I export all my data?",
    passages: [
      "Workspace owners can export all data as a ZIP archive from Workspace settings > Data > Export. The archive contains CSV files and attachments. Preparing it can take up to 24 hours; we email you a download link.",
    ],
    grounded: [
      "As a workspace owner you can export everything from Workspace settings > Data > Export. It's a ZIP archive with CSV files and attachments. Preparation may take up to a day, and you'll get a download link by email.",
      "Exports are ZIP archives containing CSV files and attachments. We'll email a download link once it is prepared, which can take up to 24 hours.",
    ],
    hallucinated: [
      "Any member can export data as JSON through the public API. Requests are rate limited to 60 per minute.",
      "Data export needs a signed consent form. Our privacy officer burns the files on an encrypted USB stick.",
    ],
  },
  {
    name: "loyalty points",
    question: "Do my loyalty points expire?",
    passages: [
      "You earn one point for every dollar spent. Points expire 12 months after they were earned. 500 points are worth $5.",
    ],
    grounded: [
      "Yes, points expire 12 months after you earn them. You collect one point for each dollar spent, and 500 points equal $5.",
      "Loyalty points expire a year after they were earned.",
    ],
    hallucinated: [
      "Points never expire. You earn double points on weekends and on your birthday.",
      "Points expire after 3 months of inactivity, and 1,000 points can be converted into airline miles.",
    ],
  },
  {
    name: "pet policy",
    question: "Can I bring my dog to the hotel?",
    passages: [
      "Dogs up to 10 kg are welcome in standard rooms for a fee of €15 per night. Pets are not allowed in the breakfast room.",
      "Check-in starts at 3 p.m.; check-out is until 11 a.m.",
    ],
    grounded: [
      "Dogs weighing up to 10 kg are welcome in our standard rooms for €15 per night. Pets aren't allowed in the breakfast room.",
      "Yes, you can bring a dog of up to 10 kg. The fee is 15 euros a night.",
    ],
    hallucinated: [
      "Dogs of any size are welcome and stay free. We provide a basket, bowls and a dog sitter.",
      "Pets are allowed in the breakfast room. A deposit of €200 is required for each animal.",
    ],
  },
  {
    name: "device pairing",
    question: "My headphones won't pair with my phone. What should I do?",
    passages: [
      'To pair the headphones, hold the power button for 7 seconds until the LED blinks blue. Then select "Nimbus 2" in the Bluetooth menu of your phone.',
      "If pairing fails, reset the headphones: hold the power and volume-up buttons together for 10 seconds.",
    ],
    grounded: [
      "Hold the power button for seven seconds until the LED blinks blue, then choose Nimbus 2 in your phone's Bluetooth menu. If that fails, reset them by holding the power and volume-up buttons together for 10 seconds.",
      "Sorry to hear that! Try a reset: hold the power and volume-up buttons for 10 seconds.",
    ],
    hallucinated: [
      "Install the Nimbus Connect app and update the firmware to version 4.2. The LED should turn green afterwards.",
      "Hold the power button for 20 seconds. If the LED blinks red, the battery must be replaced by a service partner.",
    ],
  },
  {
    name: "student discount",
    question: "Is there a discount for students?",
    passages: [
      "Students get 40% off the annual plan with a valid university email address. The discount can be renewed each year for up to four years.",
    ],
    grounded: [
      "Students receive a 40% discount on the yearly plan with a valid university email. It can be renewed every year for up to four years.",
      "Yes! With a valid university email address, students get 40 percent off the annual plan.",
    ],
    hallucinated: [
      "Students get 60% off the monthly plan after uploading an ISIC card. Teachers receive the same deal.",
      "We don't offer student discounts, but nonprofits can apply for a grant.",
    ],
  },
];
