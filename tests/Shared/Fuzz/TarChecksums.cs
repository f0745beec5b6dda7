using System.Text;

namespace MuLambda.Tests.Fuzz;

/// <summary>Makes damaged tars pass the check that would else hide their damage.</summary>
internal static class TarChecksums
{
    /// <summary>Writes into whatever could be a header the checksum that it should have.</summary>
    public static byte[] Seal(byte[] tar)
    {
        for (var at = 0; at + 512 <= tar.Length; at += 512)
        {
            var header = tar.AsSpan(at, 512);
            if (header[257..262].SequenceEqual("ustar"u8))
            {
                header[148..156].Fill((byte)' ');
                var sum = 0;
                foreach (var b in header)
                {
                    sum += b;
                }

                Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
            }
        }

        return tar;
    }
}
