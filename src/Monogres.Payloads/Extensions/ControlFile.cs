using System.Collections.Immutable;
using System.Text;

namespace Monogres.Payloads.Extensions;

/// <summary>
/// What the control file of an extension says (https://www.postgresql.org/docs/current/extend-extensions.html#EXTEND-EXTENSIONS-FILES;
/// read as src/backend/commands/extension.c reads it). A parameter that is not set has PostgreSQL's default.
/// </summary>
public sealed record ControlFile
{
    /// <summary>The version that <c>CREATE EXTENSION</c> creates when none is named, or null.</summary>
    public string? DefaultVersion { get; init; }

    /// <summary>One line about the extension, or null.</summary>
    public string? Comment { get; init; }

    /// <summary>What replaces <c>MODULE_PATHNAME</c> in scripts: the library, <c>$libdir/vector</c>; or null.</summary>
    public string? ModulePathname { get; init; }

    /// <summary>The extensions that must be created first, in order.</summary>
    public ImmutableArray<string> Requires { get; init; } = [];

    /// <summary>Those of <see cref="Requires"/> whose schema may not change afterwards (since PostgreSQL 16).</summary>
    public ImmutableArray<string> NoRelocate { get; init; } = [];

    /// <summary>Whether its objects can move to another schema.</summary>
    public bool Relocatable { get; init; }

    /// <summary>Whether only a superuser can create it.</summary>
    public bool Superuser { get; init; } = true;

    /// <summary>Whether any user who may create objects in the database may create it, although its scripts run as superuser.</summary>
    public bool Trusted { get; init; }

    /// <summary>The schema that it must be in, or null.</summary>
    public string? Schema { get; init; }

    /// <summary>The encoding of its scripts, or null for that of the database. Not checked.</summary>
    public string? Encoding { get; init; }

    /// <summary>Where its scripts are, absolute or relative to <c>share</c>; null for the directory of the control file.</summary>
    public string? Directory { get; init; }

    /// <summary>The text of a file that says the same.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        void Add(string name, string? value)
        {
            if (value is not null)
                text.Append(name).Append(" = ").Append(Quote(value)).Append('\n');
        }

        Add("comment", Comment);
        Add("default_version", DefaultVersion);
        Add("module_pathname", ModulePathname);
        Add("directory", Directory);
        Add("encoding", Encoding);
        Add("schema", Schema);
        Add("requires", Requires.IsEmpty ? null : ControlFileValues.JoinNames(Requires));
        Add("no_relocate", NoRelocate.IsEmpty ? null : ControlFileValues.JoinNames(NoRelocate));
        if (Relocatable)
            text.Append("relocatable = true\n");
        if (!Superuser)
            text.Append("superuser = false\n");
        if (Trusted)
            text.Append("trusted = true\n");
        return text.ToString();
    }

    private static string Quote(string value) => $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}'";
}
