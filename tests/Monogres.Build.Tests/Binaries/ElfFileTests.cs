using FsCheck;
using FsCheck.Fluent;
using Monogres.Build.Binaries;
using Monogres.Testing.Properties;

namespace Monogres.Build.Tests.Binaries;

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
        Assert.All(elf.Versions, version => Assert.Contains(version.Library, elf.Needed));
        Assert.Contains(elf.Versions, version => version.Library is "libc.so.6" && version.Version.StartsWith("GLIBC_2.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_program_is_told_from_a_library()
    {
        Assert.False(ElfFile.Read(Library).IsProgram);
        Assert.True(ElfFile.Read(File.ReadAllBytes(Environment.ProcessPath!)).IsProgram);
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
