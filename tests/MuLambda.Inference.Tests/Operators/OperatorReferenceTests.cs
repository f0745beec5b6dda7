using MuLambda.Inference.SavedModels;
using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Operators;

public sealed class OperatorReferenceTests
{
    [Fact]
    public void The_list_of_operators_says_what_the_code_does()
    {
        var file = Path.Combine(Repository.Root, "docs", "operators.md");
        var expected = OperatorReference.Write(OperatorTable.Default);
        if (Environment.GetEnvironmentVariable("MULAMBDA_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, expected);
        }

        File.ReadAllText(file).ShouldBe(expected, "docs/operators.md is not what the code writes; MULAMBDA_WRITE_DOCS=1 writes it anew");
    }
}
