using System.Collections.Immutable;
using System.Text;
using Monogres.Core;

namespace Monogres.Payloads.Extensions;

/// <summary>The result of reading a control file: its content, or all its problems.</summary>
/// <param name="Control">What it says; null when there is a problem, because PostgreSQL would not read it either.</param>
/// <param name="Problems">What is wrong.</param>
public sealed record ControlFileReading(ControlFile? Control, ImmutableArray<ExtensionProblem> Problems);

/// <summary>Reads control files as a server of one version does.</summary>
/// <param name="server">The version: not every server knows every parameter.</param>
public sealed class ControlFileReader(PgVersion server)
{
    private const int FirstMajorWithNoRelocate = 16;

    private static readonly ImmutableArray<string> Parameters =
        ["comment", "default_version", "directory", "encoding", "module_pathname", "no_relocate", "relocatable", "requires", "schema", "superuser", "trusted"];

    /// <summary>Reads the control file of an extension, <c>NAME.control</c>.</summary>
    /// <param name="file">The name for problems.</param>
    /// <param name="content">The file.</param>
    public ControlFileReading Read(string file, ReadOnlySpan<byte> content) => Read(file, content, primary: null);

    /// <summary>Reads the control file of one version, <c>NAME--VERSION.control</c>: its parameters override those of <paramref name="primary"/>.</summary>
    /// <param name="file">The name for problems.</param>
    /// <param name="content">The file.</param>
    /// <param name="primary">The control file of the extension.</param>
    public ControlFileReading ReadAuxiliary(string file, ReadOnlySpan<byte> content, ControlFile primary) => Read(file, content, primary);

    private ControlFileReading Read(string file, ReadOnlySpan<byte> content, ControlFile? primary)
    {
        var problems = ImmutableArray.CreateBuilder<ExtensionProblem>();
        var control = primary ?? new ControlFile();
        if (ByteOrderMark.IsAt(content))
            problems.Add(new ExtensionProblem(file, Line: null, ByteOrderMark.Problem));
        var scanner = new ControlFileScanner(Encoding.Latin1.GetString(ByteOrderMark.Skip(content)));
        while (true)
        {
            var line = scanner.Line;
            var name = scanner.Next();
            if (name.Kind == ControlTokenKind.EndOfFile)
                break;
            if (name.Kind == ControlTokenKind.EndOfLine)
                continue;

            if (ReadValue(ref scanner, name, out var problem) is { } value && Set(control, ControlFileValues.Decode(name.Text), value, primary is not null, out problem) is { } changed)
                control = changed;
            else
                problems.Add(new ExtensionProblem(file, line, problem));
        }

        if (control is { Relocatable: true, Schema: not null })
            problems.Add(new ExtensionProblem(file, Line: null, "`schema` cannot be set when `relocatable` is true"));
        return new ControlFileReading(problems.Count == 0 ? control : null, problems.ToImmutable());
    }

    /// <summary>What follows the name of a parameter: an optional equals sign, a value, and the end of the line. Null and the problem when that is not so.</summary>
    private static string? ReadValue(ref ControlFileScanner scanner, ControlToken name, out string problem)
    {
        problem = "";
        if (name.Kind is not (ControlTokenKind.Identifier or ControlTokenKind.QualifiedIdentifier))
        {
            problem = Refuse(ref scanner, name);
            return null;
        }

        var value = scanner.Next();
        if (value.Kind == ControlTokenKind.Equals)
            value = scanner.Next();
        if (value.Kind is not (ControlTokenKind.Identifier or ControlTokenKind.Text or ControlTokenKind.UnquotedText or ControlTokenKind.Number))
        {
            problem = Refuse(ref scanner, value);
            return null;
        }

        var end = scanner.Next();
        if (end.Kind is not (ControlTokenKind.EndOfLine or ControlTokenKind.EndOfFile))
        {
            problem = Refuse(ref scanner, end);
            return null;
        }

        return value.Kind == ControlTokenKind.Text ? ControlFileValues.Unquote(value.Text) : ControlFileValues.Decode(value.Text);
    }

    private static string Refuse(ref ControlFileScanner scanner, ControlToken token)
    {
        if (token.Kind is ControlTokenKind.EndOfLine or ControlTokenKind.EndOfFile)
            return "expected a value before the end of the line";

        scanner.SkipLine();
        return token.Kind == ControlTokenKind.Error && token.Text is "'"
            ? "a text in single quotes is not closed"
            : $"`{ControlFileValues.Decode(token.Text)}` is not allowed here; a value with characters other than letters and digits must be in single quotes";
    }

    /// <summary>The file with a parameter set; null and the problem when it cannot be.</summary>
    private ControlFile? Set(ControlFile control, string name, string value, bool auxiliary, out string problem)
    {
        problem = "";
        switch (name)
        {
            case "directory" or "default_version" when auxiliary:
                problem = $"`{name}` cannot be set for one version only";
                return null;
            case "directory":
                return control with { Directory = value };
            case "default_version":
                return control with { DefaultVersion = value };
            case "module_pathname":
                return control with { ModulePathname = value };
            case "comment":
                return control with { Comment = value };
            case "schema":
                return control with { Schema = value };
            case "encoding":
                return control with { Encoding = value };
            case "relocatable" or "superuser" or "trusted":
                if (ControlFileValues.TryReadBoolean(value, out var yes))
                    return name switch { "relocatable" => control with { Relocatable = yes }, "superuser" => control with { Superuser = yes }, _ => control with { Trusted = yes } };

                problem = $"`{name}` is `{value}`: expected true or false";
                return null;
            case "no_relocate" when server.Major < FirstMajorWithNoRelocate:
                problem = $"PostgreSQL {server.Major} does not know `no_relocate`, which exists since {FirstMajorWithNoRelocate}";
                return null;
            case "requires" or "no_relocate":
                if (ControlFileValues.SplitNames(value) is { } names)
                    return name is "requires" ? control with { Requires = names } : control with { NoRelocate = names };

                problem = $"`{name}` is `{value}`: expected a comma-separated list of extensions";
                return null;
            case var include when include.Equals("include", StringComparison.OrdinalIgnoreCase) || include.Equals("include_if_exists", StringComparison.OrdinalIgnoreCase) || include.Equals("include_dir", StringComparison.OrdinalIgnoreCase):
                problem = $"`{name}` includes other files, which is not supported here: write the parameters into this file";
                return null;
            default:
                problem = NearNames.Of(name, Parameters) is [var near, ..]
                    ? $"there is no parameter `{name}`; did you mean `{near}`?"
                    : $"there is no parameter `{name}`; the parameters are {string.Join(", ", Parameters)}";
                return null;
        }
    }
}
