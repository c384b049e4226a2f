using System.CommandLine;
using System.Net;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Tap;

/// <summary>The options of `wire tap`.</summary>
internal sealed class TapOptions
{
    public Option<int> Listen { get; } = new("--listen")
    {
        Description = "The port to listen on; 0 picks a free one.",
        HelpName = "PORT",
        Required = true,
    };

    public Option<DnsEndPoint> To { get; } = CreateTo(isRequired: true);

    public Option<string> Host { get; } = new("--host")
    {
        Description = "The address to listen on.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    public Option<string?> Certificate { get; } = new("--cert")
    {
        Description = "Speak TLS with clients, with this certificate in PEM.",
        HelpName = "FILE",
    };

    public Option<string?> Key { get; } = new("--key") { Description = "Its key, where it is not in the same file.", HelpName = "FILE" };

    public Option<bool> Tls { get; } = new("--tls") { Description = "Speak TLS with the server." };

    public Option<bool> Insecure { get; } = new("--insecure", "-k") { Description = "Take any certificate of the server." };

    public Option<string?> Authorities { get; } = new("--cacert")
    {
        Description = "Certificates in PEM that are trusted instead of the system's.",
        HelpName = "FILE",
    };

    public Option<string?> Record { get; } = new("--record") { Description = "Record all bytes for 'wire replay'.", HelpName = "FILE" };

    public Option<int> Connections { get; } = CommonOptions.Count("--connections", "End after so many connections; 0 for no end.", 0, 0);

    public TapViewOptions View { get; } = new();

    /// <summary>The option <c>--to HOST:PORT</c>.</summary>
    public static Option<DnsEndPoint> CreateTo(bool isRequired) => new("--to")
    {
        Description = isRequired ? "Where the connections go on to." : "Send what the clients sent to this server again, and show what it answers.",
        HelpName = "HOST:PORT",
        Required = isRequired,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            int colon = text.LastIndexOf(':');
            if (colon > 0 && int.TryParse(text.AsSpan(colon + 1), out int port) && port is > 0 and <= ushort.MaxValue)
            {
                return new DnsEndPoint(text[..colon].Trim('[', ']'), port);
            }

            result.AddError($"'{text}' is no HOST:PORT.");
            return null;
        },
    };

    public void AddTo(Command command)
    {
        command.Add(Listen);
        command.Add(To);
        command.Add(Host);
        command.Add(Certificate);
        command.Add(Key);
        command.Add(Tls);
        command.Add(Insecure);
        command.Add(Authorities);
        command.Add(Record);
        command.Add(Connections);
        View.AddTo(command);
    }
}

/// <summary>The options of how traffic is shown, which `wire tap` and `wire replay` share.</summary>
internal sealed class TapViewOptions
{
    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object a line instead of the view for a person." };

    public Option<bool> Timestamps { get; } = new("--timestamps") { Description = "Say the time with everything that is shown." };

    public Option<int> MaxPayload { get; } = CommonOptions.Count("--max-payload", "How many bytes of a payload the view previews.", 64, 0);

    public Option<int> MaxElement { get; }
        = CommonOptions.Count("--max-element", "The most bytes that one frame, message or line may have.", 64 * 1024 * 1024, 125);

    public void AddTo(Command command)
    {
        command.Add(Json);
        command.Add(Timestamps);
        command.Add(MaxPayload);
        command.Add(MaxElement);
    }

    /// <summary>How it is to be printed.</summary>
    public FormatSettings Read(ParseResult arguments, ToolIO io)
        => new(arguments.GetValue(Json), io.Colour, arguments.GetValue(MaxPayload), arguments.GetValue(MaxElement));
}
