// Finding, listing and naming images.
#include "chapters/06-images/tests/stored_images.hpp"

namespace minidock::test {
namespace {

using testing::ElementsAre;

TEST_F(StoredImages, AreFoundByEveryFormOfTheirName) {
    load(docker_archive({lower}, {"app"}));
    const std::string id = image_id({lower});
    for (const std::string& name :
         {std::string{"app"}, std::string{"app:latest"}, std::string{"docker.io/library/app"}, id,
          id.substr(7), id.substr(0, 15), id.substr(7, 4)}) {
        EXPECT_EQ(store_->get(name).id.str(), id) << name;
    }
    EXPECT_EQ(store_->get("app@" + store_->get("app").manifest_digest.str()).id.str(), id);
}

TEST_F(StoredImages, ThatAreMissingAreNamedAsDockerNamesThem) {
    EXPECT_EQ(not_found("nosuch"), "No such image: nosuch:latest");
    EXPECT_EQ(not_found("a/b:v1"), "No such image: a/b:v1");
    EXPECT_EQ(not_found("host:5000/a"), "No such image: host:5000/a:latest");
    EXPECT_EQ(not_found(image_id({lower})), "No such image: " + image_id({lower}));
    EXPECT_THAT(not_found("No Name"), testing::StartsWith("invalid reference format"));
}

TEST_F(StoredImages, AreFoundByNameBeforeTheyAreFoundByID) {
    load(docker_archive({lower}, nullptr));
    const std::string prefix = image_id({lower}).substr(7, 6);
    load(docker_archive({upper}, {prefix}));
    EXPECT_EQ(store_->get(prefix).id.str(), image_id({upper}));
}

TEST_F(StoredImages, AreListedYoungestFirst) {
    import(lower, "older");
    import(upper, "younger");
    const auto list = store_->list();
    ASSERT_EQ(list.size(), 2U);
    EXPECT_THAT(list[0].repo_tags(), ElementsAre("younger:latest"));
}

TEST_F(StoredImages, TakeFurtherNames) {
    load(docker_archive({lower}, {"app"}));
    store_->tag("app", image::Reference::parse("zoo/other:v2"));
    EXPECT_THAT(names("app"), ElementsAre("app:latest", "zoo/other:v2"));
    reopen();
    EXPECT_THAT(names("app"), ElementsAre("app:latest", "zoo/other:v2"));
    EXPECT_THROW(store_->tag("nosuch", image::Reference::parse("x:y")), NotFound);
}

}  // namespace
}  // namespace minidock::test
