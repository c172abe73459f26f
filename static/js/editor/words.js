// The words of the page: they come with it, translated; here they are only looked up and filled in.
export class Words {
  constructor(json) {
    this.words = JSON.parse(json);
  }

  say(name) {
    return this.words[name] ?? name;
  }

  fill(name, ...values) {
    return values.reduce((text, value, index) => text.replaceAll(`{${index}}`, () => value), this.say(name));
  }
}
