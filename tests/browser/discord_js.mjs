// A bot of discord.js for the tests of the playground: a command, a message menu, buttons, a select and a form.
// WIRE_URL and WIRE_TOKEN say where it connects. Each thing that it saw is a line of JSON.
import {
  ActionRowBuilder, ApplicationCommandType, ApplicationIntegrationType, AttachmentBuilder, ButtonBuilder, ButtonStyle,
  Client, ContextMenuCommandBuilder, EmbedBuilder, Events, GatewayIntentBits, InteractionContextType, LabelBuilder,
  MessageFlags, ModalBuilder, SlashCommandBuilder, StringSelectMenuBuilder, TextInputBuilder, TextInputStyle,
} from "discord.js";

const saw = (what, value) => console.log(JSON.stringify([what, value]));
const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  rest: { api: `${process.env.WIRE_URL}/api`, version: "10" },
});

const places = [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel];
const installs = [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall];
const everywhere = (builder) => builder.setContexts(places).setIntegrationTypes(installs);
const probe = everywhere(new SlashCommandBuilder().setName("probe").setDescription("A probe"))
  .setDescriptionLocalizations({ "es-ES": "Una sonda" })
  .addStringOption((option) => option.setName("pick").setDescription("Picks").setAutocomplete(true))
  .addIntegerOption((option) => option.setName("num").setDescription("Counts").setMinValue(1).setMaxValue(10));
const menu = everywhere(new ContextMenuCommandBuilder().setName("Probe this").setType(ApplicationCommandType.Message));

const button = (id, style) => new ButtonBuilder().setCustomId(id).setLabel(id).setStyle(style);
const rows = () => [
  new ActionRowBuilder().addComponents(
    button("form", ButtonStyle.Primary), button("update", ButtonStyle.Secondary), button("delete", ButtonStyle.Danger),
  ),
  new ActionRowBuilder().addComponents(
    new StringSelectMenuBuilder().setCustomId("choose")
      .addOptions({ label: "One", value: "one" }, { label: "Two", value: "two" }),
  ),
];

async function register() {
  const made = await client.application.commands.set([probe, menu]);
  const kept = await client.application.commands.fetch({ withLocalizations: true });
  saw("registered", made.map((command) => command.name));
  saw("localised", kept.map((command) => command.descriptionLocalizations));
}

async function answer(interaction) {
  const deferred = await interaction.deferReply({ withResponse: true });
  const embed = new EmbedBuilder().setTitle("Title").setDescription("Text").addFields({ name: "n", value: "v" });
  const edited = await interaction.editReply({ content: "edited", embeds: [embed], components: rows() });
  saw("edited", [edited.id === deferred.interaction.responseMessageId, edited.interactionMetadata.user.username]);
  const attached = new AttachmentBuilder(Buffer.from("hello"), { name: "a.txt", description: "a file" });
  const followed = await interaction.followUp({ content: "with a file", files: [attached] });
  const file = followed.attachments.first();
  saw("file", [file.name, file.description, await (await fetch(file.url)).text()]);
  const whisper = await interaction.followUp({ content: "whisper", flags: MessageFlags.Ephemeral });
  saw("ephemeral", whisper.flags.has(MessageFlags.Ephemeral));
  saw("original", (await interaction.fetchReply()).content);
  await interaction.webhook.editMessage(followed.id, { content: "file edited" });
  await interaction.deleteReply(followed.id);
}

async function press(interaction) {
  if (interaction.customId === "form") {
    const field = new TextInputBuilder().setCustomId("field").setStyle(TextInputStyle.Short);
    const label = new LabelBuilder().setLabel("Field").setTextInputComponent(field);
    await interaction.showModal(new ModalBuilder().setCustomId("form").setTitle("Form").addLabelComponents(label));
    return;
  }
  await interaction.deferUpdate();
  if (interaction.customId === "update") {
    await interaction.editReply({ content: `updated by ${interaction.user.username}` });
  } else {
    await interaction.deleteReply();
  }
}

async function handle(interaction) {
  if (interaction.isAutocomplete()) {
    await interaction.respond([{ name: "apple", value: "apple" }]);
  } else if (interaction.isChatInputCommand()) {
    saw("options", [interaction.options.getString("pick"), interaction.options.getInteger("num")]);
    await answer(interaction);
  } else if (interaction.isMessageContextMenuCommand()) {
    await interaction.reply({ content: `menu: ${interaction.targetMessage.content}`, flags: MessageFlags.Ephemeral });
  } else if (interaction.isModalSubmit()) {
    await interaction.update({ content: `form: ${interaction.fields.getTextInputValue("field")}`, components: rows() });
  } else if (interaction.isStringSelectMenu()) {
    await interaction.reply({ content: `chose ${interaction.values.join()}`, flags: MessageFlags.Ephemeral });
  } else if (interaction.isButton()) {
    await press(interaction);
  }
}

client.on(Events.InteractionCreate, (interaction) => handle(interaction).catch((error) => saw("failed", error.stack)));
client.on(Events.Error, (error) => saw("failed", error.stack));
client.once(Events.ClientReady, () => register().catch((error) => saw("failed", error.stack)));
process.on("SIGTERM", () => client.destroy().then(() => process.exit(0)));
await client.login(process.env.WIRE_TOKEN);
