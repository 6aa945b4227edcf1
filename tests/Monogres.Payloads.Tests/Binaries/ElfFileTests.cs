using FsCheck.Fluent;
using Monogres.Payloads.Binaries;
using Monogres.Testing.Properties;

namespace Monogres.Payloads.Tests.Binaries;

public class ElfFileTests
{
    // A library that is wherever these tests run: part of .NET itself.
    private static readonly byte[] Library = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so"));

    [Fact]
    public void A_library_says_what_it_needs()
    {
        var elf = ElfFile.Read(Library);
        Assert.Contains(elf.Machine, (int[])[62, 183]);
        Assert.Equal("libSystem.Native.so", elf.Soname);
        Assert.Contains("libc.so.6", elf.Needed);
        Assert.Every(elf.Versions, version => Assert.Contains(version.Library, elf.Needed));
        Assert.Contains(elf.Versions, version => version.Library is "libc.so.6" && version.Version.StartsWith("GLIBC_2.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_program_is_told_from_a_library()
    {
        Assert.False(ElfFile.Read(Library).IsProgram);
        Assert.True(ElfFile.Read(File.ReadAllBytes(Environment.ProcessPath!)).IsProgram);
    }

    [Theory]
    [InlineData(6u, false)]
    [InlineData(7u, true)]
    [InlineData(null, true)]
    public void The_stack_is_executable_when_the_file_says_so_or_says_nothing(uint? flags, bool executable) =>
        Assert.Equal(executable, ElfFile.Read(new ElfBuilder { StackFlags = flags }.Build()).ExecutableStack);

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void Relocations_in_code_are_told_by_either_entry(bool tag, bool flag, bool expected) =>
        Assert.Equal(expected, ElfFile.Read(new ElfBuilder { TextRelocationTag = tag, TextRelocationFlag = flag }.Build()).TextRelocations);

    [Fact]
    public void What_was_written_is_read()
    {
        var names = Gen.Elements("libm.so.6", "libé.so", "a").ListOf().Select(list => list.ToArray());
        var text = Gen.Elements(null, "$ORIGIN/../lib:/usr/lib", "");
        var any =
            from machine in Gen.Elements(62, 183)
            from program in Gen.Elements(true, false)
            from needed in names
            from soname in text
            from runpath in text
            from rpath in Gen.Elements(true, false)
            from versions in Gen.Elements("GLIBC_2.34", "OPENSSL_3.0.0").ListOf()
            select new ElfBuilder
            {
                Machine = machine,
                Program = program,
                Needed = needed,
                Soname = soname,
                Runpath = runpath,
                RunpathIsRpath = rpath,
                Symbols = [.. versions.Distinct().Select(version => new ElfBuilderSymbol("f", Defined: false, Version: version))],
            };
        Prop.ForAll(any.ToArbitrary(), written =>
        {
            var read = ElfFile.Read(written.Build());
            return read.Machine == written.Machine && read.IsProgram == written.Program && read.Needed.SequenceEqual(written.Needed) && read.Soname == written.Soname && read.Runpath == written.Runpath
                && read.Versions.SequenceEqual(written.Symbols.Select(symbol => new NeededVersion("libc.so.6", symbol.Version!))) && !read.TextRelocations && !read.ExecutableStack;
        }).HoldsAlways();
    }

    [Theory]
    [InlineData(new byte[0], "it is not an ELF file")]
    [InlineData(new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F' }, "it is not an ELF file")]
    public void What_is_too_short_is_refused(byte[] file, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ElfFile.Read(file)).Message);

    [Fact]
    public void A_file_of_another_kind_of_machine_is_refused()
    {
        var file = Library[..];
        file[4] = 1;
        Assert.Equal("it is not a 64-bit little-endian ELF file", Assert.Throws<FormatException>(() => ElfFile.Read(file)).Message);
    }

    [Fact]
    public void A_file_that_was_cut_off_is_refused_or_still_read_whole()
    {
        var whole = ElfFile.Read(Library);
        Prop.ForAll(Gen.Choose(0, Library.Length).ToArbitrary(), length =>
        {
            try
            {
                return ElfFile.Read(Library.AsSpan(0, length)).Needed.SequenceEqual(whole.Needed);
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
        // The headers and the tables that they lead to are at the start.
        var damage = Gen.Choose(4, 4096).SelectMany(at => Gen.Choose(0, 255).Select(value => (at, (byte)value))).ListOf();
        Prop.ForAll(damage.ToArbitrary(), changes =>
        {
            var file = Library[..];
            foreach (var (at, value) in changes)
                file[at] = value;
            try
            {
                _ = ElfFile.Read(file);
            }
            catch (FormatException)
            {
            }
        }).HoldsAlways();
    }
}
