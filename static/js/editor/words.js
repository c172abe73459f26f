// Messages of the editor. The page contains them, translated; this module looks them up and fills in their placeholders.
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
