namespace MuLambda.Catalog.S3.Tests;

public sealed class S3ArtifactOptionsTests
{
    [Fact]
    public void A_connection_string_names_endpoint_keys_and_bucket()
    {
        var options = S3ArtifactOptions.Parse(
            "endpoint=http://127.0.0.1:9000;AccessKey=me;SecretKey=\"a;b=c\";Bucket=zoo;Region=eu-1;PathStyle=false");

        options.Endpoint.ShouldBe(new Uri("http://127.0.0.1:9000"));
        (options.AccessKey, options.SecretKey, options.Bucket, options.Region, options.PathStyle)
            .ShouldBe(("me", "a;b=c", "zoo", "eu-1", false));
    }

    [Fact]
    public void Bucket_region_and_path_style_have_defaults()
    {
        var options = S3ArtifactOptions.Parse("Endpoint=https://s3;AccessKey=a;SecretKey=b");

        (options.Bucket, options.Region, options.PathStyle).ShouldBe(("models", "us-east-1", true));
    }

    [Theory]
    [InlineData("AccessKey=a;SecretKey=hunter2", "Endpoint is missing")]
    [InlineData("Endpoint=http://h;SecretKey=hunter2", "AccessKey is missing")]
    [InlineData("Endpoint=http://h;AccessKey=hunter2", "SecretKey is missing")]
    [InlineData("Endpoint=http://h;AccessKey=a;SecretKey=b;hunter2=1", "unknown keyword")]
    [InlineData("Endpoint=http://h;AccessKey=a;SecretKey=hunter2;garbage", "keywords and values")]
    [InlineData("Endpoint=ftp://h;AccessKey=a;SecretKey=hunter2", "Endpoint must be")]
    [InlineData("Endpoint=h:9000;AccessKey=a;SecretKey=hunter2", "Endpoint must be")]
    [InlineData("Endpoint=http://me:hunter2@h;AccessKey=a;SecretKey=b", "Endpoint must be")]
    [InlineData("Endpoint=http://h/path;AccessKey=a;SecretKey=hunter2", "Endpoint must be")]
    [InlineData("Endpoint=http://h;AccessKey=a;SecretKey=hunter2;Bucket=A", "Bucket must be")]
    [InlineData("Endpoint=http://h;AccessKey=a;SecretKey=hunter2;PathStyle=perhaps", "PathStyle must be")]
    [InlineData("hunter2", "keywords and values")]
    public void What_is_wrong_is_told_without_a_value(string connectionString, string reason)
    {
        var exception = Should.Throw<FormatException>(() => S3ArtifactOptions.Parse(connectionString));

        exception.Message.ShouldContain(reason);
        exception.ToString().ShouldNotContain("hunter2");
    }
}
