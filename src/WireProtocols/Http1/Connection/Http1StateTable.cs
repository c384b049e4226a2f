namespace WireProtocols.Http1;

/// <summary>
/// The two states of a connection and the table of what leads from one to the next (RFC 9112 §9). Both endpoints ask it before they write, so that
/// a second head into a response that has begun, or a request behind one that is under way, is impossible.
/// </summary>
internal sealed class Http1StateTable
{
    private bool _offersSwitch;

    private enum Event : byte
    {
        Request,
        RequestEnd,
        Informational,
        Response,
        ResponseEnd,
        Switch,
        TakeOver,
        Fail,
    }

    public Http1ConnectionState Client { get; private set; }

    public Http1ConnectionState Server { get; private set; }

    /// <summary>Whether another request may follow this one, as far as the heads of both say.</summary>
    public bool KeepsAlive { get; private set; } = true;

    public bool HasSwitched => Server == Http1ConnectionState.Switched;

    /// <summary>A request has been sent or received.</summary>
    /// <param name="keepsAlive">What its head says (RFC 9112 §9.3).</param>
    /// <param name="offersSwitch">Whether it offers an upgrade, or asks for a tunnel.</param>
    public void Request(bool keepsAlive, bool offersSwitch)
    {
        Move(Event.Request);
        KeepsAlive = keepsAlive;
        _offersSwitch = offersSwitch;
    }

    /// <summary>Its body is complete.</summary>
    public void EndRequest() => Move(Event.RequestEnd);

    /// <summary>A 1xx response other than 101.</summary>
    public void Inform() => Move(Event.Informational);

    /// <summary>A final response. The server may send one without a request, to refuse what was none.</summary>
    public void Respond(bool keepsAlive)
    {
        // Another protocol that was offered has been declined.
        Move(Event.Response);
        _offersSwitch = false;
        KeepsAlive = KeepsAlive && keepsAlive;
        Settle();
    }

    /// <summary>Its body is complete.</summary>
    public void EndResponse() => Move(Event.ResponseEnd);

    /// <summary>The server takes the other protocol.</summary>
    public void Switch() => Move(Event.Switch);

    /// <summary>The server hands the connection over without an answer of its own.</summary>
    public void TakeOver() => Move(Event.TakeOver);

    /// <summary>A message was cut or broke a rule: the connection ends.</summary>
    public void Fail()
    {
        KeepsAlive = false;
        Move(Event.Fail);
    }

    /// <summary>Whether a final response may be written.</summary>
    public bool MayRespond => Server is Http1ConnectionState.SendHead or Http1ConnectionState.Idle;

    /// <summary>Both messages are complete: makes room for the next.</summary>
    /// <returns>False when there can be none.</returns>
    public bool TryStartNext()
    {
        if (!KeepsAlive || Client != Http1ConnectionState.Done || Server != Http1ConnectionState.Done)
        {
            return false;
        }

        (Client, Server) = (Http1ConnectionState.Idle, Http1ConnectionState.Idle);
        return true;
    }

    private void Move(Event happened)
    {
        Http1ConnectionState client = NextOfClient(happened) ?? throw Refuse(happened);
        Http1ConnectionState server = NextOfServer(happened) ?? throw Refuse(happened);
        (Client, Server) = (client, server);
        Settle();
    }

    private InvalidOperationException Refuse(Event happened)
        => new($"{happened} cannot follow here: the client's state is {Client} and the server's is {Server}.");

    private Http1ConnectionState? NextOfClient(Event happened) => (Client, happened) switch
    {
        (_, Event.Fail) => Http1ConnectionState.MustClose,
        (Http1ConnectionState.Idle, Event.Request) => Http1ConnectionState.SendBody,
        (_, Event.Request) => null,
        (Http1ConnectionState.SendBody, Event.RequestEnd) => _offersSwitch ? Http1ConnectionState.MightSwitch : Http1ConnectionState.Done,
        (_, Event.RequestEnd) => null,
        (Http1ConnectionState.MightSwitch, Event.Switch) => Http1ConnectionState.Switched,
        (_, Event.Switch) => null,
        (Http1ConnectionState.Done or Http1ConnectionState.MightSwitch or Http1ConnectionState.MustClose, Event.TakeOver)
            => Http1ConnectionState.Switched,
        (_, Event.TakeOver) => null,
        _ => Client,
    };

    private Http1ConnectionState? NextOfServer(Event happened) => (Server, happened) switch
    {
        (Http1ConnectionState.Switched, Event.Fail) => null,
        (_, Event.Fail) => Http1ConnectionState.MustClose,
        (Http1ConnectionState.Idle, Event.Request) => Http1ConnectionState.SendHead,
        (Http1ConnectionState.SendHead, Event.Informational) => Http1ConnectionState.SendHead,
        (Http1ConnectionState.SendHead or Http1ConnectionState.Idle, Event.Response) => Http1ConnectionState.SendBody,
        (Http1ConnectionState.SendHead, Event.Switch or Event.TakeOver) => Http1ConnectionState.Switched,
        (Http1ConnectionState.SendBody, Event.ResponseEnd) => Http1ConnectionState.Done,
        (_, Event.RequestEnd) => Server,
        _ => null,
    };

    /// <summary>What follows from both states together.</summary>
    private void Settle()
    {
        if (Client == Http1ConnectionState.MightSwitch && !_offersSwitch)
        {
            Client = Http1ConnectionState.Done;
        }

        Client = !KeepsAlive && Client == Http1ConnectionState.Done ? Http1ConnectionState.MustClose : Client;
        Server = !KeepsAlive && Server == Http1ConnectionState.Done ? Http1ConnectionState.MustClose : Server;
    }
}
