using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Monogres.Testing;

/// <summary>Gives a file a second name, which the base class library cannot.</summary>
public static partial class HardLink
{
    public static void Create(string existing, string name)
    {
        if (Link(existing, name) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
