using System.Collections.Immutable;

namespace Monogres.Payloads.Binaries;

/// <summary>What a program or library is to others that are loaded beside it.</summary>
public sealed class SharedLibrary
{
    private readonly HashSet<string> _names;
    private readonly HashSet<ExportedSymbol> _exports;

    /// <summary>Describes a file.</summary>
    /// <param name="machine">The processor that it is for, <see cref="ElfFile.Machine"/>.</param>
    /// <param name="needed">The libraries that it needs in turn, in order.</param>
    /// <param name="exports">What it gives.</param>
    public SharedLibrary(int machine, ImmutableArray<string> needed, IEnumerable<ExportedSymbol> exports)
    {
        Machine = machine;
        Needed = needed;
        _exports = [.. exports];
        _names = new HashSet<string>(_exports.Select(symbol => symbol.Name), StringComparer.Ordinal);
    }

    /// <summary>The processor that it is for, <see cref="ElfFile.Machine"/>.</summary>
    public int Machine { get; }

    /// <summary>The libraries that it needs in turn, in order.</summary>
    public ImmutableArray<string> Needed { get; }

    /// <summary>Everything that it gives.</summary>
    public IReadOnlyCollection<ExportedSymbol> Exports => _exports;

    /// <summary>Whether the loader takes a symbol from it: by name when no version is asked for, else by name and version; what has no version will do for any.</summary>
    public bool Gives(ImportedSymbol symbol) => symbol.Version is null
        ? _names.Contains(symbol.Name)
        : _exports.Contains(new ExportedSymbol(symbol.Name, symbol.Version)) || _exports.Contains(new ExportedSymbol(symbol.Name, Version: null));
}
