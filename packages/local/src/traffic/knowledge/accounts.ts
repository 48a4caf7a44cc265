/** Account passages: `# title`, then one fact a line as `question | condition | statement`. */
export const ACCOUNTS = `
# Passwords
How do I reset my password? | if you forgot your password | choose Reset password on the sign-in page
How long is the reset link valid? | after you request it | the password reset link is valid for 30 minutes
How long must my password be? | for every account | a password needs at least 12 characters
Why is my account locked? | after 6 wrong passwords | the account is locked for 20 minutes

# Two-step verification
How do I turn on two-step verification? | under Settings, Security | you can turn on two-step verification with an authenticator app
What if I lose my phone? | when you lose your phone | sign in with one of your 10 recovery codes
Can I use text messages for verification? | for two-step verification | text messages are supported in 18 countries
How often do I enter the verification code? | on a trusted device | the verification code is asked every 60 days

# Household members
How do I invite a household member? | to invite a member | send an invitation from Settings, Household
What can a guest do? | with the guest role | members can control lights but cannot view cameras
How many members can a household have? | in one household | up to 12 members can be added
How do I remove a member? | when the owner removes a member | their access ends within 1 minute

# Changing the email address
How do I change my email address? | to change your email address | confirm the link that we send to the new address
Can I use the same email for two accounts? | for security reasons | each email address can belong to only one account
How long does an email change take? | after you confirm the link | the new email address is active within 15 minutes
What if I lost access to my old email? | if you lost access to the old email address | support verifies you with the serial number of the hub

# Closing an account
How do I delete my account? | to delete your account | choose Close account under Settings, Privacy
How long is my data kept after I close my account? | after an account is closed | personal data is erased within 28 days
Can I restore a closed account? | for 14 days after closing | an account can be restored by signing in
What happens to my devices when I close the account? | when an account is closed | all devices are reset to factory settings

# Privacy and data
Who can see my camera recordings? | by default | only household owners can see camera recordings
Do you sell my data? | at any time | we do not sell personal data to advertisers
How do I download my data? | under Settings, Privacy | you can request an archive that is ready within 48 hours
Where is my data stored? | for customers in Europe | data is stored in data centers in Dublin and Frankfurt

# Notifications
How do I mute notifications at night? | with quiet hours | notifications are muted between the times you choose
Why do I get so many motion alerts? | if you receive too many motion alerts | lower the motion sensitivity to level 3
Can I get notifications by email? | for alarms and low batteries | notifications can also be sent by email
How long are notifications kept? | in the app | notifications are kept for 35 days

# Signing in
Can I sign in with Google? | on phones and on the web | you can sign in with Google or Apple
How many devices can be signed in? | with one account | up to 7 phones or tablets can be signed in
When am I signed out automatically? | after 180 days without use | you are signed out automatically
How do I sign out everywhere? | under Settings, Security | the button Sign out everywhere ends every session

# Moving house
How do I move my system to a new home? | before you move | export the home profile in the app under Settings, Home
Can I transfer the hub to a new owner? | to hand over the hub | remove it from your household and reset it for 15 seconds
Does my subscription move with me? | when you move inside the same country | the subscription continues without changes
Do I need to pair the sensors again? | after importing a home profile | sensors reconnect on their own within 3 hours

# Support contact
When is chat support available? | every day | chat support is available from 6 am to 11 pm
How fast do you answer emails? | on business days | emails are answered within 18 hours
Do you offer support by phone? | for alarm emergencies | phone support is open around the clock
Which languages does support speak? | in chat and email | support speaks English, Spanish and German
`;
