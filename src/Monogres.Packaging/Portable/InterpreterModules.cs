using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Payloads.Extensions;

namespace Monogres.Packaging.Portable;

/// <summary>
/// The extensions that cannot be carried: those whose modules have an interpreter in them, whose own files are at fixed places
/// of one release of one distribution (Perl's and Python's modules, Tcl's scripts), and those that require such an extension.
/// </summary>
/// <param name="Extensions">Their names, sorted.</param>
/// <param name="Files">Their control files, scripts and modules, relative to the prefix.</param>
public sealed partial record InterpreterModules(ImmutableArray<string> Extensions, ImmutableHashSet<RelativePath> Files)
{
    private const string LibraryVariable = "$libdir/";

    /// <summary>Whether a library is that of an interpreter.</summary>
    public static bool IsInterpreter(string library) => InterpreterLibrary().IsMatch(library);

    /// <summary>Finds them.</summary>
    /// <param name="binaries">The programs and libraries of a payload.</param>
    /// <param name="controls">What the control files of its extensions say, by the name of the extension.</param>
    /// <param name="files">All its files.</param>
    /// <exception cref="UserErrorException">What needs an interpreter is no module of the server.</exception>
    public static InterpreterModules Among(IEnumerable<LinkedBinary> binaries, IReadOnlyDictionary<string, ControlFile> controls, IEnumerable<RelativePath> files)
    {
        var modules = new HashSet<RelativePath>();
        foreach (var binary in binaries)
        {
            if (binary.Needed.FirstOrDefault(IsInterpreter) is not { } library)
                continue;
            if (binary.Path.Parent != InstallationLayout.Libraries)
                throw PortableErrors.NeedsInterpreter(binary.Path, library);
            modules.Add(binary.Path);
        }

        var extensions = new SortedSet<string>(StringComparer.Ordinal);
        while (controls.FirstOrDefault(IsOneMore) is { Key: { } name, Value: var control })
        {
            extensions.Add(name);
            // A transform for a language is a module of its own, which does not name the interpreter.
            if (ModuleOf(control) is { } module)
                modules.Add(module);
        }

        return new InterpreterModules([.. extensions], [.. modules, .. files.Where(IsOfOne)]);

        bool IsOneMore(KeyValuePair<string, ControlFile> extension) => !extensions.Contains(extension.Key)
            && ((ModuleOf(extension.Value) is { } module && modules.Contains(module)) || extension.Value.Requires.Any(extensions.Contains));

        bool IsOfOne(RelativePath file) => file.Parent == InstallationLayout.Extensions
            && extensions.Any(name => string.Equals(file.Name, name + InstallationLayout.ControlSuffix, StringComparison.Ordinal) || file.Name.StartsWith($"{name}--", StringComparison.Ordinal));
    }

    private static RelativePath? ModuleOf(ControlFile control) =>
        control.ModulePathname is { } path && path.StartsWith(LibraryVariable, StringComparison.Ordinal) && RelativePath.IsSegment(path.AsSpan(LibraryVariable.Length))
            ? InstallationLayout.Libraries.Child(path[LibraryVariable.Length..] + InstallationLayout.LibrarySuffix)
            : null;

    [GeneratedRegex(@"^lib(perl\.so|python[0-9]|tcl[0-9])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex InterpreterLibrary();
}
