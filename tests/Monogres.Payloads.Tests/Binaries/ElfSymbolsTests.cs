using FsCheck.Fluent;
using Monogres.Payloads.Binaries;
using Monogres.Testing.Properties;

namespace Monogres.Payloads.Tests.Binaries;

public class ElfSymbolsTests
{
    private static readonly byte[] Library = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so"));

    [Fact]
    public void A_library_says_what_it_takes_and_gives()
    {
        var symbols = ElfSymbols.Read(Library);
        Assert.Contains(symbols.Imports, symbol => symbol is { Name: "memcpy", Weak: false } && symbol.Version!.StartsWith("GLIBC_2.", StringComparison.Ordinal));
        Assert.Contains(new ExportedSymbol("SystemNative_Read", Version: null), symbols.Exports.Select(symbol => symbol with { Version = null }));
        Assert.DoesNotContain(symbols.Exports, symbol => symbols.Imports.Any(other => other.Name == symbol.Name));
        Assert.Every(symbols.Imports.Where(symbol => symbol.Version is not null), symbol => Assert.Contains(symbol.Version!, ElfFile.Read(Library).Versions.Select(version => version.Version)));
    }

    [Fact]
    public void A_weak_symbol_is_told_from_one_that_must_be_there()
    {
        var symbols = ElfSymbols.Read(new ElfBuilder { Symbols = [new("must", Defined: false), new("may", Defined: false, Weak: true), new("gives", Defined: true, Weak: true)] }.Build());
        Assert.Equal([new("may", null, Weak: true), new ImportedSymbol("must", null, Weak: false)], symbols.Imports);
        Assert.Equal([new ExportedSymbol("gives", null)], symbols.Exports);
    }

    [Fact]
    public void What_is_hidden_or_local_is_given_to_no_one()
    {
        var symbols = ElfSymbols.Read(new ElfBuilder
        {
            Symbols = [new("hidden", Defined: true, Visibility: 2), new("internal", Defined: true, Visibility: 1), new("protected", Defined: true, Visibility: 3), new("local", Defined: true, Local: true)],
        }.Build());
        Assert.Equal(["protected"], symbols.Exports.Select(symbol => symbol.Name));
    }

    [Fact]
    public void A_file_without_dynamic_symbols_has_none()
    {
        var symbols = ElfSymbols.Read(new ElfBuilder().Build());
        Assert.Empty(symbols.Imports);
        Assert.Empty(symbols.Exports);
    }

    [Fact]
    public void What_was_written_is_read_whichever_hash_table_counts_the_symbols()
    {
        var version = Gen.Elements(null, "V_1", "V_2.1");
        var one =
            from name in Gen.Elements("a", "b", "palloc", "é")
            from defined in Gen.Elements(true, false)
            from weak in Gen.Elements(true, false)
            from number in version
            select new ElfBuilderSymbol(name, defined, weak, number);
        var any =
            from symbols in one.ListOf()
            from hash in Gen.Elements(ElfHash.SystemV, ElfHash.Gnu, ElfHash.Relocations)
            select (Symbols: symbols.ToArray(), Hash: hash);
        Prop.ForAll(any.ToArbitrary(), written =>
        {
            var read = ElfSymbols.Read(new ElfBuilder { Symbols = written.Symbols, Hash = written.Hash }.Build());
            var imports = written.Symbols.Where(symbol => !symbol.Defined).Select(symbol => new ImportedSymbol(symbol.Name, symbol.Version, symbol.Weak)).ToHashSet();
            var exports = written.Symbols.Where(symbol => symbol.Defined).Select(symbol => new ExportedSymbol(symbol.Name, symbol.Version)).ToHashSet();
            return imports.SetEquals(read.Imports) && imports.Count == read.Imports.Length && exports.SetEquals(read.Exports) && exports.Count == read.Exports.Length;
        }).HoldsAlways();
    }

    [Fact]
    public void A_file_that_was_cut_off_is_refused_or_still_read_whole()
    {
        var whole = ElfSymbols.Read(Library);
        Prop.ForAll(Gen.Choose(0, Library.Length).ToArbitrary(), length =>
        {
            try
            {
                return ElfSymbols.Read(Library.AsSpan(0, length)).Imports.SequenceEqual(whole.Imports);
            }
            catch (FormatException)
            {
                return true;
            }
        }).HoldsAlways();
    }

    [Fact]
    public void Damage_never_ends_in_anything_but_a_format_error()
    {
        var small = new ElfBuilder { Symbols = [new("a", true, false, "V_1"), new("b", false, false, "V_2"), new("c", false)], Needed = ["libc.so.6"], Runpath = "/x" };
        byte[][] files = [Library, .. Enum.GetValues<ElfHash>().Select(hash => (small with { Hash = hash }).Build())];
        var damage =
            from file in Gen.Elements(files)
            from changes in Gen.Choose(4, Math.Min(file.Length, 8192) - 1).SelectMany(at => Gen.Choose(0, 255).Select(value => (at, (byte)value))).ListOf()
            select (file, changes);
        Prop.ForAll(damage.ToArbitrary(), damaged =>
        {
            var file = damaged.file[..];
            foreach (var (at, value) in damaged.changes)
                file[at] = value;
            try
            {
                _ = ElfFile.Read(file);
                _ = ElfSymbols.Read(file);
            }
            catch (FormatException)
            {
            }
        }).HoldsAlways(5000);
    }
}
