package io.jenkins.plugins.llmos.engine.synthetic;

import java.util.List;
import java.util.Random;

/**
 * What customers write to a shop: a topic's own words between others that tell nothing, some of them misspelt. Topics belong
 * to intents and have one answer each. One request in fifty is filed under a topic that it is not about, as people do, so no
 * model can be right about all.
 */
final class SupportRequests {
    private static final int REQUESTS = 1_800;
    private static final double MISFILED = 0.02;
    private static final double MISSPELT = 0.15;

    /** What customers ask about. */
    private record Topic(String intent, String answer, List<String> phrases) {}

    private static final List<Topic> TOPICS = List.of(
            new Topic(
                    "delivery",
                    "You can follow your parcel with the tracking number in our shipping mail.",
                    List.of(
                            "where is my parcel",
                            "track my package",
                            "tracking number of my order",
                            "has my order shipped")),
            new Topic(
                    "delivery",
                    "Delivery takes two to four working days within the country.",
                    List.of(
                            "how long does delivery take",
                            "when will it arrive",
                            "delivery time",
                            "how many days until it is here")),
            new Topic(
                    "delivery",
                    "We deliver abroad to all countries of the European Union for a flat fee.",
                    List.of(
                            "do you ship abroad",
                            "delivery to another country",
                            "can you send it to france",
                            "international shipping")),
            new Topic(
                    "delivery",
                    "Write to us at once and we change the address, as long as the parcel is still in our store.",
                    List.of(
                            "wrong delivery address",
                            "change the address of my order",
                            "i moved house",
                            "send it to my new address")),
            new Topic(
                    "return",
                    "Print the return label in your account and send the article back within thirty days.",
                    List.of("send it back", "how do i return an article", "return label", "i do not want it any more")),
            new Topic(
                    "return",
                    "We refund the price within five days after the article has come back to us.",
                    List.of(
                            "when do i get my money back",
                            "refund has not come",
                            "waiting for my refund",
                            "how long does a refund take")),
            new Topic(
                    "return",
                    "To exchange a size or a colour, order the other one and return the first.",
                    List.of(
                            "wrong size",
                            "exchange for another colour",
                            "it is too small",
                            "swap it for a larger one")),
            new Topic(
                    "damage",
                    "We are sorry. Send us a photograph of the damage and we replace the article.",
                    List.of("arrived broken", "the box was damaged", "there is a scratch", "it came in pieces")),
            new Topic(
                    "damage",
                    "The guarantee covers two years. Send the article to our workshop and we repair it.",
                    List.of("stopped working", "is it under guarantee", "warranty repair", "defective after a month")),
            new Topic(
                    "damage",
                    "Something is missing? We send the missing part free of charge.",
                    List.of(
                            "a part is missing",
                            "incomplete delivery",
                            "screws were not in the box",
                            "one article of two is missing")),
            new Topic(
                    "payment",
                    "We accept credit cards, bank transfer and direct debit.",
                    List.of("how can i pay", "which cards do you accept", "pay by bank transfer", "payment methods")),
            new Topic(
                    "payment",
                    "Enter the voucher in the last step of the order, below the sum.",
                    List.of(
                            "voucher code does not work",
                            "where do i enter my coupon",
                            "discount code",
                            "redeem a gift card")),
            new Topic(
                    "payment",
                    "A double charge is returned by your bank within two days without your doing anything.",
                    List.of(
                            "charged twice",
                            "double payment",
                            "you took the money two times",
                            "paid the same bill again")),
            new Topic(
                    "payment",
                    "You find all invoices as PDF in your account under orders.",
                    List.of(
                            "need an invoice",
                            "bill for my tax return",
                            "send me the receipt",
                            "download the invoice")),
            new Topic(
                    "account",
                    "Choose 'forgotten password' at the login and we send you a link to set a new one.",
                    List.of("forgot my password", "cannot log in", "reset the password", "login does not work")),
            new Topic(
                    "account",
                    "You can delete your account and all your data in the settings under privacy.",
                    List.of(
                            "delete my account",
                            "remove my personal data",
                            "close my account",
                            "erase everything you know about me")),
            new Topic(
                    "account",
                    "Change your mail address in the settings and confirm it with the link that we send.",
                    List.of(
                            "new email address",
                            "change my email",
                            "update my contact data",
                            "my mail address is wrong")),
            new Topic(
                    "order",
                    "An order can be cancelled in your account until it is packed.",
                    List.of("cancel my order", "stop the order", "ordered by mistake", "i want to cancel it")),
            new Topic(
                    "order",
                    "Sold out articles are back within three weeks; we write to you when they are.",
                    List.of("when is it available again", "sold out", "out of stock", "do you get more of these")),
            new Topic(
                    "order",
                    "Press 'add to order' in your account to add articles until the order is packed.",
                    List.of(
                            "add another article to my order",
                            "change the quantity",
                            "forgot something in my order",
                            "order one more")));

    private static final List<String> BEFORE = List.of(
            "hello", "hi there", "dear team", "good morning", "please help me", "quick question", "excuse me", "");
    private static final List<String> MIDDLE = List.of(
            "about the lamp that i bought last week",
            "regarding the blue chair",
            "i ordered two books on monday",
            "it is a present for my sister",
            "i have been a customer for years",
            "this is the second time that i write",
            "for the kettle",
            "");
    private static final List<String> AFTER = List.of(
            "thank you",
            "thanks in advance",
            "please answer soon",
            "kind regards",
            "what can i do",
            "i am waiting",
            "");

    private SupportRequests() {}

    static void write(Random random, StringBuilder csv) {
        csv.append("request,intent,answer\n");
        for (int r = 0; r < REQUESTS; r++) {
            Topic topic = TOPICS.get(r % TOPICS.size());
            Topic filed = random.nextDouble() < MISFILED ? of(TOPICS, random) : topic;
            String words = (of(BEFORE, random) + " " + of(topic.phrases, random) + " " + of(MIDDLE, random) + " "
                            + of(AFTER, random))
                    .strip()
                    .replaceAll(" +", " ");
            csv.append(misspelt(words, random))
                    .append(',')
                    .append(filed.intent)
                    .append(",\"")
                    .append(filed.answer)
                    .append("\"\n");
        }
    }

    private static <T> T of(List<T> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }

    /** Swaps two letters of some words. */
    private static String misspelt(String text, Random random) {
        StringBuilder to = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            StringBuilder letters = new StringBuilder(word);
            if (word.length() > 3 && random.nextDouble() < MISSPELT / 2) {
                int at = random.nextInt(word.length() - 1);
                letters.setCharAt(at, word.charAt(at + 1));
                letters.setCharAt(at + 1, word.charAt(at));
            }
            to.append(to.length() == 0 ? "" : " ").append(letters);
        }
        return to.toString();
    }
}
