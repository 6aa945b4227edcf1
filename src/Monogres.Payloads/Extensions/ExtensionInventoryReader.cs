using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;

namespace Monogres.Payloads.Extensions;

/// <summary>
/// Reads which extensions a payload installs, and finds what would make <c>CREATE EXTENSION</c> fail before it runs a
/// script: a control file that cannot be read, a default version that no script creates, a library or extension that
/// does not exist. This is the level <c>installed</c>, and costs nothing.
/// </summary>
/// <param name="payload">The payload.</param>
/// <param name="around">What else is in the prefix.</param>
/// <param name="server">The version of the server.</param>
public sealed partial class ExtensionInventoryReader(InstalledTree payload, PrefixContents around, PgVersion server)
{
    private const string ModulePathname = "MODULE_PATHNAME", LibraryDirectory = "$libdir/", VersionSeparator = "--";

    private readonly ControlFileReader _controls = new(server);
    private readonly ImmutableArray<ExtensionProblem>.Builder _problems = ImmutableArray.CreateBuilder<ExtensionProblem>();

    // The files of single versions have the same ending.
    private readonly ImmutableArray<InstalledFile> _controlFiles = [.. payload.Files.Where(file => file.Path.Parent == InstallationLayout.Extensions
        && file.Path.Name.EndsWith(InstallationLayout.ControlSuffix, StringComparison.Ordinal) && !file.Path.Name.Contains(VersionSeparator, StringComparison.Ordinal))];

    /// <summary>Reads the payload of a project.</summary>
    /// <param name="project">What the index promises of it.</param>
    public ExtensionInventory Read(ExtensionProject project)
    {
        _problems.Clear();
        var extensions = ImmutableArray.CreateBuilder<InstalledExtension>();
        foreach (var file in _controlFiles)
        {
            if (ReadExtension(file) is { } extension)
                extensions.Add(extension);
        }

        CheckPromises(project);
        return new ExtensionInventory([.. extensions.OrderBy(extension => extension.Name, StringComparer.Ordinal)], _problems.ToImmutable());
    }

    private static string NameOf(InstalledFile control) => control.Path.Name[..^InstallationLayout.ControlSuffix.Length];

    private InstalledExtension? ReadExtension(InstalledFile file)
    {
        var name = NameOf(file);
        if (!ExtensionScripts.IsName(name))
            Report(file.Path, $"`{name}` cannot be the name of an extension");

        var reading = _controls.Read(file.Path.Value, file.Content.Span);
        _problems.AddRange(reading.Problems);
        if (reading.Control is not { } control || ScriptDirectory(file, control) is not { } directory)
            return null;

        var scripts = ExtensionScripts.Of(name, payload.NamesIn(directory));
        var auxiliary = ReadAuxiliary(name, directory, control);
        ControlFile ControlOf(string version) => auxiliary.GetValueOrDefault(version, control);

        var path = control.DefaultVersion is { } version ? scripts.FindInstallPath(version) : null;
        if (control.DefaultVersion is null)
            Report(file.Path, "there is no `default_version`: `CREATE EXTENSION` needs an explicit version");
        else if (!ExtensionScripts.IsName(control.DefaultVersion))
            Report(file.Path, $"`{control.DefaultVersion}` cannot be a version of an extension");
        else if (path is null)
            Report(file.Path, NotMade(name, control.DefaultVersion, directory, scripts));

        var modules = path is null ? [] : ReadScripts(directory, scripts.FilesOf(path.Value), [.. path.Value.Select(ControlOf)]);
        var final = control.DefaultVersion is null ? control : ControlOf(control.DefaultVersion);
        foreach (var required in (path ?? []).SelectMany(step => ControlOf(step).Requires).Concat(final.Requires).Distinct(StringComparer.Ordinal))
        {
            if (!around.Extensions.Contains(required) && !_controlFiles.Any(other => string.Equals(NameOf(other), required, StringComparison.Ordinal)))
                Report(file.Path, $"it requires the extension `{required}`, which is neither in the payload nor elsewhere in the prefix");
        }

        return new InstalledExtension
        {
            Name = name,
            DefaultVersion = control.DefaultVersion,
            Comment = final.Comment,
            Schema = final.Schema,
            Relocatable = final.Relocatable,
            Superuser = final.Superuser,
            Trusted = final.Trusted,
            Requires = final.Requires,
            ModulePathname = final.ModulePathname,
            Modules = modules,
            Versions = scripts.Versions,
            Installable = scripts.Installable,
            InstallPath = path ?? [],
            UpdatePaths = UpdatePaths(scripts, control.DefaultVersion),
            WithoutUpdate = control.DefaultVersion is null ? [] : scripts.WithoutUpdateTo(control.DefaultVersion),
        };
    }

    /// <summary>Where the scripts are; null, and a problem, when that is outside the payload.</summary>
    private RelativePath? ScriptDirectory(InstalledFile file, ControlFile control)
    {
        if (control.Directory is not { } text)
            return InstallationLayout.Extensions;

        var absolute = text.StartsWith('/');
        if (RelativePath.TryResolve(absolute ? RelativePath.Root : payload.Prefix.Combine(InstallationLayout.Share), text, out var path) && path.IsWithin(payload.Prefix))
        {
            // The prefix, the slash behind it, and what is left.
            return path == payload.Prefix ? RelativePath.Root : RelativePath.Parse(path.Value[(payload.Prefix.IsRoot ? 0 : payload.Prefix.Value.Length + 1)..]);
        }

        Report(file.Path, $"the directory of its scripts is `{text}`, which is outside the prefix `/{payload.Prefix}`");
        return null;
    }

    /// <summary>What the control files of single versions say, by version.</summary>
    private Dictionary<string, ControlFile> ReadAuxiliary(string name, RelativePath directory, ControlFile primary)
    {
        Dictionary<string, ControlFile> versions = new(StringComparer.Ordinal);
        foreach (var file in payload.Files.Where(file => file.Path.Parent == directory
            && file.Path.Name.StartsWith(name + VersionSeparator, StringComparison.Ordinal) && file.Path.Name.EndsWith(InstallationLayout.ControlSuffix, StringComparison.Ordinal)))
        {
            var reading = _controls.ReadAuxiliary(file.Path.Value, file.Content.Span, primary);
            _problems.AddRange(reading.Problems);
            if (reading.Control is { } control)
                versions[file.Path.Name[(name.Length + VersionSeparator.Length)..^InstallationLayout.ControlSuffix.Length]] = control;
        }

        return versions;
    }

    private static string NotMade(string name, string version, RelativePath directory, ExtensionScripts scripts) => scripts switch
    {
        { Versions.IsEmpty: true } => $"version {version} cannot be created: there is no script `{name}--{version}.sql`, nor any other, in `{directory}`",
        { Installable.IsEmpty: true } => $"version {version} cannot be created: there is no script `{name}--{version}.sql`, and there is no version to update from",
        _ => $"version {version} cannot be created: there is no script `{name}--{version}.sql`, and no update path from {string.Join(", ", scripts.Installable)}",
    };

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> UpdatePaths(ExtensionScripts scripts, string? target)
    {
        var paths = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var version in target is null ? [] : scripts.Versions)
        {
            if (scripts.FindUpdatePath(version, target!) is { IsEmpty: false } path)
                paths.Add(version, path);
        }

        return paths.ToImmutable();
    }

    /// <summary>Which libraries the scripts of a version load; each must be there.</summary>
    private ImmutableArray<string> ReadScripts(RelativePath directory, ImmutableArray<string> scripts, ImmutableArray<ControlFile> controls)
    {
        SortedSet<string> modules = new(StringComparer.Ordinal);
        foreach (var (script, control) in scripts.Zip(controls))
        {
            var path = directory.Child(script);
            if (payload.Find(path) is not { } file)
                continue; // A link that leads out of the payload.

            var code = string.Join('\n', file.Characters.Split('\n').Where(line => !line.AsSpan().TrimStart().StartsWith("--", StringComparison.Ordinal)));
            List<string> named = [.. NamedLibrary().Matches(code).Select(match => match.Groups["library"].Value)];
            if (code.Contains(ModulePathname, StringComparison.Ordinal))
            {
                if (control.ModulePathname is { } module)
                    named.Add(module);
                else
                    Report(path, "it uses MODULE_PATHNAME, but the control file has no `module_pathname`");
            }

            foreach (var library in named.Distinct(StringComparer.Ordinal))
            {
                if (!IsThere(library))
                    Report(path, $"it loads the library `{library}`, which is neither in the payload nor elsewhere in the prefix");
                modules.Add(library.StartsWith(LibraryDirectory, StringComparison.Ordinal) ? library[LibraryDirectory.Length..] : library);
            }
        }

        return [.. modules];
    }

    /// <summary>Whether the server would find a library: as named, or with the suffix behind it (<c>expand_dynamic_library_name</c>, src/backend/utils/fmgr/dfmgr.c).</summary>
    private bool IsThere(string library)
    {
        var name = library.StartsWith(LibraryDirectory, StringComparison.Ordinal) ? library[LibraryDirectory.Length..] : library;
        var directory = payload.Prefix.Combine(InstallationLayout.Libraries);
        if (!RelativePath.TryResolve(name.StartsWith('/') ? RelativePath.Root : directory, name, out var path) || !path.IsWithin(directory) || path == directory)
            return false;

        name = path.Value[(directory.Value.Length + 1)..];
        return new[] { name, name + InstallationLayout.LibrarySuffix }.Any(file => around.Libraries.Contains(file) || payload.Has(InstallationLayout.Libraries.Combine(RelativePath.Parse(file))));
    }

    /// <summary>Checks that everything that the index promises of the project is installed.</summary>
    private void CheckPromises(ExtensionProject project)
    {
        var installed = _controlFiles.Select(NameOf).Order(StringComparer.Ordinal).ToArray();
        foreach (var promised in project.SqlNames.Except(installed, StringComparer.Ordinal))
        {
            Report(InstallationLayout.Extensions.Child(promised + InstallationLayout.ControlSuffix),
                $"the index promises the extension `{promised}`, but it is not installed; the installed extensions are: {(installed.Length == 0 ? "none" : string.Join(", ", installed))}");
        }

        foreach (var library in project.Preload.Where(library => !IsThere(library)))
            Report(InstallationLayout.Libraries.Child(Path.GetFileName(library) + InstallationLayout.LibrarySuffix), $"the index preloads `{library}`, but there is no such library");
        if (project.SqlNames.IsEmpty && !payload.NamesIn(InstallationLayout.Libraries).Any(name => name.EndsWith(InstallationLayout.LibrarySuffix, StringComparison.Ordinal)))
            Report(InstallationLayout.Libraries, "nothing that a server could load is installed: no extension and no library");
    }

    private void Report(RelativePath file, string text) => _problems.Add(new ExtensionProblem(file.Value, Line: null, text));

    [GeneratedRegex(@"'(?<library>\$libdir/[^'\s]+)'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamedLibrary();
}
