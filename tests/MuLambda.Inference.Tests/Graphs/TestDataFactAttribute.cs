namespace MuLambda.Inference.Tests.Graphs;

/// <summary>A test of models that TensorFlow wrote, skipped where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TestDataFactAttribute : FactAttribute
{
    public TestDataFactAttribute()
    {
        if (Repository.TestData is null)
        {
            Skip = "Neither MULAMBDA_TESTDATA nor ../shared/testdata is a folder.";
        }
    }
}
