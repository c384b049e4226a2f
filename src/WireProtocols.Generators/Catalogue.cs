using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WireProtocols.Generators;

/// <summary>A catalogue as it is written: the partial methods of its class, and the members of the enum that they extend.</summary>
internal sealed class Catalogue
{
    private const string NoRule = "None";

    private static readonly DiagnosticDescriptor BadClass = new(
        "WIRE001", "A catalogue declares its accessors", "{0} needs partial extension methods of one enum, GetRule first", "Catalogue",
        DiagnosticSeverity.Error, true);

    private static readonly DiagnosticDescriptor BadSummary = new(
        "WIRE002", "A rule is documented by its sentence, sections and codes", "The summary of {0} is not of the form '{1}'", "Catalogue",
        DiagnosticSeverity.Error, true);

    private static readonly DiagnosticDescriptor BadCode = new(
        "WIRE003", "A rule names codes that exist", "The summary of {0} gives no value for {1}, or none that exists", "Catalogue",
        DiagnosticSeverity.Error, true);

    private static readonly DiagnosticDescriptor SameSentence = new(
        "WIRE004", "A sentence stands once", "The sentence of {0} is that of another member", "Catalogue", DiagnosticSeverity.Error, true);

    private static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat;

    private Catalogue(INamedTypeSymbol type, ITypeSymbol? @enum, IReadOnlyList<Accessor> accessors, IReadOnlyList<Diagnostic> problems)
    {
        Name = type.Name;
        Namespace = type.ContainingNamespace.ToDisplayString();
        Enum = @enum?.ToDisplayString(Qualified) ?? "";
        Accessors = accessors;
        Problems = problems;
    }

    public string Name { get; }

    public string Namespace { get; }

    public string Enum { get; }

    public IReadOnlyList<Accessor> Accessors { get; }

    public IReadOnlyList<Diagnostic> Problems { get; }

    public static Catalogue Read(INamedTypeSymbol type, AttributeData attribute)
    {
        IMethodSymbol[] methods = [.. type.GetMembers().OfType<IMethodSymbol>().Where(m => m.IsPartialDefinition && m.IsExtensionMethod)];
        if (methods.Length == 0 || methods[0].Name != "GetRule" || methods[0].Parameters[0].Type is not { TypeKind: TypeKind.Enum } @enum)
        {
            return new Catalogue(type, null, [], [Diagnostic.Create(BadClass, type.Locations[0], type.Name)]);
        }

        List<Diagnostic> problems = [];
        List<(IFieldSymbol Member, RuleText Text)> rules = ReadRules(@enum, problems);
        INamedTypeSymbol? names = attribute.ConstructorArguments.FirstOrDefault().Value as INamedTypeSymbol;
        List<Accessor> accessors = [];
        for (int column = -1; column < methods.Length - 1; column++)
        {
            IMethodSymbol method = methods[column + 1];
            accessors.Add(new Accessor(
                method.Name, method.ReturnType.ToDisplayString(Qualified), method.Parameters[0].Name,
                [.. rules.Select(r => new Arm(r.Member.Name, Value(r, column)))]));

            string Value((IFieldSymbol Member, RuleText Text) rule, int column)
            {
                string? value
                    = column < 0 ? RuleExpression(rule.Text) : CodeExpression(rule.Text.Codes.ElementAtOrDefault(column), method.ReturnType, names);
                if (value is null || rule.Text.Codes.Count > methods.Length - 1)
                {
                    problems.Add(Diagnostic.Create(BadCode, rule.Member.Locations[0], rule.Member.Name, method.Name));
                }

                return value ?? "default";
            }
        }

        return new Catalogue(type, @enum, accessors, [.. problems]);
    }

    private static List<(IFieldSymbol Member, RuleText Text)> ReadRules(ITypeSymbol @enum, List<Diagnostic> problems)
    {
        List<(IFieldSymbol Member, RuleText Text)> rules = [];
        foreach (IFieldSymbol member in @enum.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue && f.Name != NoRule))
        {
            RuleText? text = RuleText.Parse(member.GetDocumentationCommentXml());
            if (text is null)
            {
                problems.Add(Diagnostic.Create(BadSummary, member.Locations[0], member.Name, RuleText.Form));
                continue;
            }

            if (rules.Any(r => r.Text.Sentence == text.Sentence))
            {
                problems.Add(Diagnostic.Create(SameSentence, member.Locations[0], member.Name));
            }

            rules.Add((member, text));
        }

        return rules;
    }

    private static string RuleExpression(RuleText text)
        => $"new({SymbolDisplay.FormatLiteral(text.Sentence, true)}, {SymbolDisplay.FormatLiteral(text.Sections, true)})";

    /// <summary>
    /// A code as an expression: a number, a member of an enum by its number or name, or a constant that is documented by that name.
    /// </summary>
    private static string? CodeExpression(string? code, ITypeSymbol type, INamedTypeSymbol? names)
    {
        bool isNullable = type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
        if (code is null)
        {
            return isNullable ? "null" : null;
        }

        ITypeSymbol wanted = isNullable ? ((INamedTypeSymbol)type).TypeArguments[0] : type;
        if (wanted.TypeKind != TypeKind.Enum)
        {
            return names is null
                ? int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? code : null
                : Constant(names, f => RuleText.SummaryText(f.GetDocumentationCommentXml()) == code + ".");
        }

        return Constant(wanted, f => System.Convert.ToString(f.ConstantValue, CultureInfo.InvariantCulture) == code)
            ?? Constant(wanted, f => string.Equals(f.Name, code, System.StringComparison.OrdinalIgnoreCase));
    }

    private static string? Constant(ITypeSymbol type, System.Func<IFieldSymbol, bool> isIt)
        => type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && isIt(f)) is { } field
            ? $"{type.ToDisplayString(Qualified)}.{field.Name}"
            : null;
}
