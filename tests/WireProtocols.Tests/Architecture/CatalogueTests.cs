using System.Reflection;
using System.Text.RegularExpressions;
using Mono.Cecil;

namespace WireProtocols.Tests.Architecture;

/// <summary>
/// What the generator of the catalogues cannot see: that all protocols have one shape, that the options which a sentence names exist, and that
/// every rule is one that code finds broken.
/// </summary>
public class CatalogueTests
{
    private static readonly Assembly Library = typeof(WireProtocolException).Assembly;

    /// <summary>Each class of a catalogue, by the name of its enum.</summary>
    public static TheoryData<string> Enums => [.. Catalogues().Select(c => EnumOf(c).Name)];

    [Fact]
    public void Every_enum_of_errors_has_a_catalogue()
        => Assert.Equal(
            [
                "ChunkedProtocolError", "DcepProtocolError", "EventMessageProtocolError", "EventStreamProtocolError", "Http1ProtocolError",
                "JsonRpcProtocolError", "MultipartProtocolError", "NdjsonProtocolError", "ProxyProtocolError",
                "ResumeProtocolError", "RpcProtocolError", "SctpProtocolError", "StunProtocolError", "WebSocketHandshakeError",
                "WebSocketProtocolError", "WebTransportProtocolError",
            ],
            Library.GetExportedTypes().Where(t => t.IsEnum && t.Name.EndsWith("Error", StringComparison.Ordinal)).Select(t => t.Name)
                .Intersect(Enums.Select(e => e.Data)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Enums))]
    public void None_is_no_rule_and_every_other_member_is_one(string name)
    {
        Type catalogue = Catalogues().Single(c => EnumOf(c).Name == name);
        foreach (MethodInfo accessor in Accessors(catalogue))
        {
            Exception? refused = Record.Exception(() => accessor.Invoke(null, [Enum.ToObject(EnumOf(catalogue), 0)]));
            Assert.IsType<ArgumentOutOfRangeException>(refused?.InnerException);
            Assert.All(Members(catalogue), member => accessor.Invoke(null, [member]));
        }

        Assert.Equal("None", Enum.GetName(EnumOf(catalogue), 0));
        Assert.Equal("UnexpectedEnd", name == "WebSocketHandshakeError" ? "UnexpectedEnd" : Enum.GetName(EnumOf(catalogue), 1));
    }

    [Theory]
    [MemberData(nameof(Enums))]
    public void The_options_that_a_sentence_names_exist(string name)
    {
        Type catalogue = Catalogues().Single(c => EnumOf(c).Name == name);
        string[] options
            = [.. Library.GetExportedTypes().Where(t => t.Namespace == catalogue.Namespace).SelectMany(t => t.GetProperties()).Select(p => p.Name)];
        Assert.All(
            Members(catalogue).SelectMany(m => Regex.Matches(Rule(catalogue, m).Text, @"\bMax[A-Z]\w+")).Select(m => m.Value),
            option => Assert.Contains(option, options));
    }

    [Theory]
    [MemberData(nameof(Enums))]
    public void Every_rule_is_found_broken_somewhere(string name)
    {
        Type catalogue = Catalogues().Single(c => EnumOf(c).Name == name);
        using ModuleDefinition library = ModuleDefinition.ReadModule(Library.Location);
        Assert.Empty(RaisedMembers.NeverRaised(library, library.GetType(EnumOf(catalogue).FullName), catalogue.Name));
    }

    [Fact]
    public void A_rule_that_is_only_compared_with_or_listed_in_the_catalogue_is_noticed()
    {
        using ModuleDefinition tests = ModuleDefinition.ReadModule(typeof(CatalogueTests).Assembly.Location);
        string[] never = RaisedMembers.NeverRaised(tests, tests.GetType(typeof(SampleError).FullName), nameof(SampleErrors));
        Assert.Equal([nameof(SampleError.OnlyCompared), nameof(SampleError.OnlyInTheCatalogue)], never);
    }

    private static IEnumerable<Type> Catalogues()
        => Library.GetExportedTypes().Where(t => t.GetMethod("GetRule") is { IsStatic: true }).OrderBy(t => t.Name, StringComparer.Ordinal);

    private static Type EnumOf(Type catalogue) => catalogue.GetMethod("GetRule")!.GetParameters()[0].ParameterType;

    private static MethodInfo[] Accessors(Type catalogue) => catalogue.GetMethods(BindingFlags.Public | BindingFlags.Static);

    private static IEnumerable<object> Members(Type catalogue) => Enum.GetValues(EnumOf(catalogue)).Cast<object>().Where(m => m.ToString() != "None");

    private static ProtocolRule Rule(Type catalogue, object member) => (ProtocolRule)catalogue.GetMethod("GetRule")!.Invoke(null, [member])!;
}

/// <summary>A small enum of errors; its members say how they are used.</summary>
internal enum SampleError
{
    None,
    Returned,
    ReturnedByCondition,
    Stored,
    Passed,
    PassedInATuple,
    WrittenThroughOut,
    OnlyCompared,
    OnlyInTheCatalogue,
}

internal static class SampleErrors
{
    public static SampleError Last() => SampleError.OnlyInTheCatalogue;
}

internal sealed class SampleUse
{
    private SampleError _error;

    public static SampleError Return(bool bad) => bad ? SampleError.ReturnedByCondition : SampleError.Returned;

    public static bool Write(out SampleError error)
    {
        error = SampleError.WrittenThroughOut;
        return Compare(error);
    }

    public (SampleError Error, long Offset) Store()
    {
        _error = SampleError.Stored;
        return Compare(SampleError.Passed) ? (_error, 0) : (SampleError.PassedInATuple, 1);
    }

    private static bool Compare(SampleError error) => error == SampleError.OnlyCompared;
}
