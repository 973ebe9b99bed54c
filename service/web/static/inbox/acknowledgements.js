/** Quick acknowledgements, in the languages in which people write. None asks for anything. */

/** @type {Record<string, {title: string, text: string}[]>} */
const TEXTS = {
  en: [
    { title: "Received", text: "Thank you for writing. We have received your message and will answer it here." },
    { title: "Being looked into", text: "Thank you for telling us. We are looking into it and will write here again when we know more." },
    { title: "Thanks", text: "Thank you. It is good to hear this, and we will pass it on without saying how we know." },
    { title: "Serious matter", text: "Thank you for the trust. We take this seriously. You decide what you tell us and when, and you need not say who you are. If you are in danger, use the help that is named in the channel's notice." },
  ],
  de: [
    { title: "Eingegangen", text: "Vielen Dank für Ihre Nachricht. Sie ist bei uns angekommen, und wir antworten hier." },
    { title: "Wird geprüft", text: "Vielen Dank für den Hinweis. Wir gehen ihm nach und schreiben hier wieder, sobald wir mehr wissen." },
    { title: "Danke", text: "Vielen Dank. Es ist schön, das zu hören, und wir geben es weiter, ohne zu sagen, woher wir es wissen." },
    { title: "Ernste Sache", text: "Vielen Dank für das Vertrauen. Wir nehmen das ernst. Sie entscheiden, was Sie uns sagen und wann, und müssen nicht sagen, wer Sie sind. Wenn Sie in Gefahr sind, nutzen Sie die Hilfe, die im Hinweis des Kanals steht." },
  ],
  fr: [
    { title: "Reçu", text: "Merci pour votre message. Nous l'avons bien reçu et nous répondrons ici." },
    { title: "À l'étude", text: "Merci de nous l'avoir signalé. Nous étudions la question et écrirons de nouveau ici dès que nous en saurons plus." },
    { title: "Merci", text: "Merci. Cela fait plaisir à entendre, et nous le transmettrons sans dire d'où nous le savons." },
    { title: "Sujet grave", text: "Merci de votre confiance. Nous prenons cela au sérieux. C'est vous qui décidez de ce que vous nous dites et quand, et vous n'avez pas à dire qui vous êtes. Si vous êtes en danger, utilisez l'aide indiquée dans la notice du canal." },
  ],
  es: [
    { title: "Recibido", text: "Gracias por escribir. Hemos recibido su mensaje y responderemos aquí." },
    { title: "En estudio", text: "Gracias por contárnoslo. Lo estamos estudiando y volveremos a escribir aquí cuando sepamos más." },
    { title: "Gracias", text: "Gracias. Nos alegra saberlo, y lo transmitiremos sin decir cómo lo sabemos." },
    { title: "Asunto grave", text: "Gracias por la confianza. Nos lo tomamos en serio. Usted decide qué nos cuenta y cuándo, y no tiene que decir quién es. Si está en peligro, utilice la ayuda que figura en el aviso del canal." },
  ],
  ar: [
    { title: "وصلت الرسالة", text: "شكرًا على رسالتك. لقد وصلتنا وسنجيب عنها هنا." },
    { title: "قيد النظر", text: "شكرًا على إبلاغنا. نحن ننظر في الأمر وسنكتب هنا مجددًا عندما نعرف المزيد." },
    { title: "شكرًا", text: "شكرًا لك. يسعدنا سماع ذلك، وسننقله من دون أن نذكر كيف عرفناه." },
    { title: "أمر جدي", text: "شكرًا على الثقة. نحن نأخذ هذا الأمر على محمل الجد. أنت من يقرر ما الذي يقوله لنا ومتى، ولا يلزمك ذكر من تكون. إذا كنت في خطر فاستعن بالمساعدة المذكورة في إشعار القناة." },
  ],
};

/** @param {string} language @returns {string} The one of these in which texts come. */
export const languageFor = (language) => (language in TEXTS ? language : "en");

/** @param {string} language @returns {{title: string, text: string}[]} */
export const acknowledgementsIn = (language) => TEXTS[languageFor(language)];
