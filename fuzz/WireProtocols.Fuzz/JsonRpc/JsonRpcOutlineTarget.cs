using System.Text;
using System.Text.Json;
using WireProtocols.JsonRpc;

namespace WireProtocols.Fuzz.JsonRpc;

/// <summary>What kind of message a text is, against <see cref="NaiveOutline"/>; and its members are what a tree has.</summary>
public sealed class JsonRpcOutlineTarget : FuzzTarget
{
    public override string Name => "json-rpc-outline";

    public override FuzzFormat Format { get; } = new JsonRpcOutlineFormat();

    public override string CodeNamespace => "WireProtocols.JsonRpc";

    public override void Run(ReadOnlySpan<byte> input)
    {
        byte[] json = input.ToArray();
        JsonRpcOutline outline = JsonRpcOutline.Read(json);
        JsonRpcMessageKind expected = NaiveOutline.KindOf(json);
        Require(outline.Kind == expected, $"{Encoding.Latin1.GetString(json)} is {expected} and not {outline.Kind} ({outline.Problem})");
        Require(outline.Kind == JsonRpcMessageKind.Invalid == (outline.Problem != JsonRpcProtocolError.None));
        Require(outline.Method.IsEmpty || outline.Kind == JsonRpcMessageKind.Invalid
            || outline.Kind is JsonRpcMessageKind.Request or JsonRpcMessageKind.Notification);
        int count = 0;
        foreach (ReadOnlySpan<byte> message in outline.Messages)
        {
            JsonDocument.Parse(message.ToArray()).Dispose();
            count++;
        }

        Require(outline.Kind != JsonRpcMessageKind.Batch || JsonDocument.Parse(json).RootElement.GetArrayLength() == count);
        string[] members = [Text(outline.Id), Text(outline.Method), Text(outline.Parameters), Text(outline.Result), Text(outline.Error)];
        foreach (string member in members)
        {
            Require(member.Length == 0 || IsJson(member));
        }

        outline.GetMethod();
    }

    private static string Text(ReadOnlySpan<byte> member) => Encoding.Latin1.GetString(member);

    private static bool IsJson(string text)
    {
        JsonDocument.Parse(Encoding.Latin1.GetBytes(text)).Dispose();
        return true;
    }
}
